internal import Foundation
internal import SystemPackage

/// The host's kernel's messages from a moment on, where this user may read them (`/dev/kmsg`).
final class KernelLog: Sendable {
    /// More than this is not read at a time; a host whose kernel says more has other troubles.
    private static let limit = 10_000
    private let file: FileDescriptor

    /// The messages from now on; nil if they may not be read.
    init?() {
        guard let file = try? FileDescriptor.open("/dev/kmsg", .readOnly, options: [.nonBlocking, .closeOnExec]) else {
            return nil
        }
        self.file = file
        guard (try? file.seek(offset: 0, from: .end)) != nil else { return nil }
    }

    deinit {
        try? file.close()
    }

    /// What has been said since the last time.
    func newLines() -> [String] {
        var lines: [String] = []
        var record = [UInt8](repeating: 0, count: 8192)
        for _ in 0..<Self.limit {
            do {
                let count = try record.withUnsafeMutableBytes { try file.read(into: $0) }
                lines += Self.text(of: record[..<count]).map { [$0] } ?? []
            } catch Errno.brokenPipe {
                // The oldest were overwritten; the next read goes on after the gap.
                continue
            } catch {
                break
            }
        }
        return lines
    }

    /// The message of a record, `PRIORITY,NUMBER,TIME,FLAGS;MESSAGE` and further lines of details.
    static func text(of record: some Collection<UInt8>) -> String? {
        let line = String(decoding: record, as: UTF8.self).prefix { $0 != "\n" }
        return line.firstIndex(of: ";").map { String(line[line.index(after: $0)...]) }
    }
}
