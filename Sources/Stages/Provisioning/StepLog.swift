internal import HostSystem
internal import Synchronization
internal import SystemPackage

/// A stage's log, which also remembers the end of what was written since the last step began.
final class StepLog: Sendable {
    private static let kept = 16 << 10

    private let file: FileDescriptor
    private let tail = Mutex<[UInt8]>([])

    init(_ path: FilePath) throws {
        file = try FileDescriptor.open(
            path, .writeOnly, options: [.create, .append, .closeOnExec], permissions: .publicFile)
    }

    deinit {
        try? file.close()
    }

    /// Begins a step with its title.
    func begin(_ title: String) {
        tail.withLock { $0 = [] }
        _ = try? file.writeAll("== \(title)\n".utf8)
    }

    /// Appends output. A log that cannot be written any more costs no build.
    func add(_ bytes: some Sequence<UInt8>) {
        let bytes = Array(bytes)
        _ = try? file.writeAll(bytes)
        tail.withLock { $0 = Array(($0 + bytes).suffix(Self.kept)) }
    }

    /// The last lines of the current step.
    func lastLines(_ count: Int) -> [String] {
        let text = String(decoding: tail.withLock { $0 }, as: UTF8.self)
        return text.split(separator: "\n").suffix(count).map(String.init)
    }
}
