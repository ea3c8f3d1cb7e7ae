import Foundation
import HostSystem
import Pipeline
import Synchronization
import SystemPackage
import VirtualMachineTestSupport

/// What a strike finds: a build under way, with its machine and the files that are made for it.
struct FaultScene: Sendable {
    /// Where the build works.
    let project: Project
    private let sighting: Sighting

    /// The scene of a build that `sighting` watches.
    init(_ project: Project, _ sighting: Sighting) {
        self.project = project
        self.sighting = sighting
    }

    /// Says that the fault takes effect now, and not when the strike began.
    func hit() {
        sighting.begin()
    }

    /// Waits until a console shows a text, and says that the fault takes effect then.
    func hit(once text: String) async throws {
        try await project.waitForConsole(toShow: text)
        hit()
    }

    /// The process of the machine that runs, or is about to; the strike hits as soon as it is known.
    func machine() async throws -> Int32 {
        let folder = try await runtimeFolder()
        let process = try await poll(every: .milliseconds(50), deadline: .seconds(60), for: "a machine") {
            FilePath("/proc").folderEntries.compactMap { Int32($0) }.first { runs($0, in: folder) }
        }
        hit()
        return process
    }

    /// The disk with the answers, before a machine reads it.
    func seed() async throws -> SeedImage {
        let folder = try await runtimeFolder()
        let seed = try await poll(every: .milliseconds(50), deadline: .seconds(60), for: "a seed disk") {
            folder.folderEntries.filter { $0.hasPrefix("install-") }
                .map { folder.appending($0).appending("seed.img") }.first(where: \.exists)
        }
        return SeedImage(path: seed)
    }

    /// The folder with the sockets and seeds of the build's machines.
    private func runtimeFolder() async throws -> FilePath {
        try await poll(every: .milliseconds(50), deadline: .seconds(60), for: "the run's runtime folder") {
            try project.records().last?.resources.first { $0.kind == "runtime-folder" }.map { FilePath($0.name) }
        }
    }

    /// A frozen guest keeps the name of the machine that it was frozen in, so the folder of its sockets tells it.
    private func runs(_ process: Int32, in folder: FilePath) -> Bool {
        guard let bytes = try? FilePath("/proc/\(process)/cmdline").readBytes() else { return false }
        let arguments = bytes.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
        return arguments.first?.contains("qemu-system") == true && arguments.contains { $0.hasPrefix("guest=") }
            && arguments.contains { $0.contains(folder.string) }
    }
}

extension Project {
    /// Waits until a console of the newest run's machines shows a text.
    func waitForConsole(toShow text: String) async throws {
        _ = try await poll(
            every: .milliseconds(50), deadline: FaultTrial.deadline, for: "'\(text)' on a console"
        ) {
            guard let run = try records().last else { return Bool?.none }
            let logs = state.appending("runs/\(run.id)/logs")
            let consoles = logs.folderEntries.filter { $0.hasPrefix("console-") }
            return consoles.contains { (try? logs.appending($0).readText().contains(text)) == true } ? true : nil
        }
    }
}

/// When a fault took effect, and when its verdict was there.
final class Sighting: Sendable {
    private struct State {
        var begin: ContinuousClock.Instant?
        var verdict: ContinuousClock.Instant?
        var cause: String?
    }
    private let state = Mutex(State())

    /// The fault takes effect now.
    func begin() {
        state.withLock { $0.begin = .now }
    }

    /// Whether the fault has taken effect.
    var hasBegun: Bool { state.withLock { $0.begin != nil } }

    /// Hears a line of the factory's.
    func hear(_ line: String) {
        let named = line.firstMatch(of: /\[([a-z-]+)\]; saving what shows it$/)?.output.1
        guard named != nil || line.contains(": failed after ") else { return }
        state.withLock { state in
            guard state.verdict == nil else { return }
            state.verdict = .now
            state.cause = named.map(String.init)
        }
    }

    /// The cause that was named at once, which a full disk may keep from being written.
    var cause: String? { state.withLock { $0.cause } }

    /// The time from the fault to the verdict; nil if there was none of them.
    var delay: Duration? {
        state.withLock { state in
            guard let begin = state.begin, let verdict = state.verdict else { return nil }
            return verdict - begin
        }
    }
}
