internal import HostSystem
internal import Machines
internal import Synchronization
internal import SystemPackage

/// A stage's log, which also remembers the end of what was written since the last step began.
final class StepLog: Sendable {
    private static let kept = 16 << 10

    private struct Output {
        var redactor: Redactor
        var tail: [UInt8] = []
    }

    private let file: FileDescriptor
    private let output: Mutex<Output>

    /// A log at `path`, without the secrets that `redactor` knows.
    init(_ path: FilePath, redactor: Redactor = Redactor()) throws {
        output = Mutex(Output(redactor: redactor))
        file = try FileDescriptor.open(
            path, .writeOnly, options: [.create, .append, .closeOnExec], permissions: .publicFile)
    }

    deinit {
        settle()
        try? file.close()
    }

    /// Begins a step with its title.
    func begin(_ title: String) {
        settle()
        write("== \(title)\n".utf8)
        output.withLock { $0.tail = [] }
    }

    /// Appends output. A log that cannot be written any more costs no build.
    func add(_ bytes: some Sequence<UInt8>) {
        write(bytes)
    }

    /// The last lines of the current step.
    func lastLines(_ count: Int) -> [String] {
        settle()
        let text = String(decoding: output.withLock(\.tail), as: UTF8.self)
        return text.split(separator: "\n").suffix(count).map(String.init)
    }

    /// Lets go of what was held back, as it might have become a secret: nothing follows it any more.
    private func settle() {
        output.withLock { keep($0.redactor.end(), &$0) }
    }

    private func write(_ bytes: some Sequence<UInt8>) {
        let bytes = Array(bytes)
        output.withLock { keep($0.redactor.next(bytes), &$0) }
    }

    private func keep(_ plain: [UInt8], _ output: inout Output) {
        _ = try? file.writeAll(plain)
        output.tail = Array((output.tail + plain).suffix(Self.kept))
    }
}
