internal import HostSystem
package import SystemPackage

/// What lies where in a run's folder, also for those who do not run it; ``RunFolder`` draws it.
package struct RunPlaces: Sendable, Equatable {
    /// The folder.
    package let path: FilePath

    /// The places in a folder.
    package init(_ path: FilePath) {
        self.path = path
    }

    /// What is on record.
    var record: FilePath { path.appending("run.json") }
    /// Locked while the run's process lives.
    var lock: FilePath { path.appending("lock") }
    /// The journal of its events.
    package var journal: FilePath { path.appending("events.jsonl") }
    /// Where the logs lie.
    package var logs: FilePath { path.appending("logs") }
    /// Where everything about a failure is gathered.
    package var bundle: FilePath { path.appending("bundle") }
    /// A folder for each machine that runs, for as long as it runs.
    package var machines: FilePath { path.appending("machines") }

    /// Whether the run's process lives; what the folder says after the answer "no" is the last word.
    package var isAlive: Bool { (try? FileLock.isHeld(at: lock)) ?? false }
}
