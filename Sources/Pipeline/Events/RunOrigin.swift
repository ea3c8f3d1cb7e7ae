internal import HostSystem
internal import SystemPackage

/// Where a run comes from: the factory, the process and the host.
package struct RunOrigin: Sendable, Equatable {
    /// The factory's version.
    package let version: String
    /// The process.
    package let process: Int32
    /// The run's folder, with its logs and its bundle.
    package let folder: String
    /// The host.
    package let host: RunHost

    /// The origin of a run.
    package init(version: String, process: Int32, folder: String, host: RunHost) {
        self.version = version
        self.process = process
        self.folder = folder
        self.host = host
    }

    /// The origin of this process's run in a folder.
    init(_ run: RunFolder) {
        let record = run.record
        self.init(
            version: record.version, process: record.process, folder: run.path.absolute.string, host: .current)
    }
}
