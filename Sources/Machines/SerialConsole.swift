internal import Foundation
package import HostSystem
package import SystemPackage

/// A piece of what a guest writes on its serial console.
package enum ConsoleText: Sendable, Equatable {
    /// A whole line, without control characters and colour codes.
    case line(String)
    /// The unfinished line at the end of what has come so far: a prompt, as a rule.
    case prompt(String)

    /// The text in either case.
    package var text: String {
        switch self {
        case .line(let text), .prompt(let text): text
        }
    }
}

/// The machine's end of a guest's serial console: a UNIX socket that QEMU listens on.
///
/// A thread of its own reads all the time, so that the guest never waits for us; every byte goes to the log, up to
/// ``logLimit``, and the text to whoever listens.
package final class SerialConsole: Sendable {
    /// The most that is written into the log; a guest that floods its console cannot fill the host's disk.
    package static let logLimit = ByteCount.mebibytes(64)
    private static let lineLimit = 4096

    private let socket: FileDescriptor
    private let redactor: Redactor
    private let audience = Broadcast<ConsoleText>()

    /// Connects to the socket at `path` and appends what comes to the file `log`, without the secrets that `redactor` knows.
    package init(socket path: FilePath, log: FilePath, redactor: Redactor = Redactor()) throws {
        self.redactor = redactor
        socket = try FileDescriptor.connected(toSocket: path)
        let file = try FileDescriptor.open(
            log, .writeOnly, options: [.create, .append, .closeOnExec], permissions: .publicFile)
        Thread.detachNewThread { @Sendable [self] in
            pump(to: file)
            try? file.close()
        }
    }

    deinit {
        try? socket.close()
    }

    /// What the guest writes from now on; the stream ends when the console does.
    package var text: AsyncStream<ConsoleText> { audience.stream }

    /// Types `text` on the console.
    package func type(_ text: String) throws {
        _ = try socket.writeAll(text.utf8)
    }

    /// Ends the connection; the listeners' streams end too.
    package func close() {
        shutdown(socket.rawValue, Int32(SHUT_RDWR))
    }

    /// The last lines of a console's log, as text: at most `limit` bytes of it.
    package static func lines(of log: FilePath, limit: Int64 = 4 << 20) throws -> [String] {
        var lines = OutputLines(limit: lineLimit)
        return lines.add(try log.readTail(limit) + [0x0A]).map(plain)
    }

    private func pump(to log: FileDescriptor) {
        var block = [UInt8](repeating: 0, count: 1 << 14)
        var logged: Int64 = 0
        var lines = OutputLines(limit: Self.lineLimit)
        var redactor = redactor
        while let count = try? block.withUnsafeMutableBytes({ try socket.read(into: $0) }), count > 0 {
            if logged < Self.logLimit.bytes {
                _ = try? log.writeAll(redactor.next(block[..<count]))
                logged += Int64(count)
            }
            for line in lines.add(block[..<count]) { audience.send(.line(plain(line))) }
            let prompt = plain(lines.unfinished)
            if !prompt.isEmpty { audience.send(.prompt(prompt)) }
        }
        _ = try? log.writeAll(redactor.end())
        audience.finish()
    }

    private func plain(_ text: String) -> String {
        // Once more afterwards: an escape sequence may stand in the middle of a secret.
        redactor.text(Self.plain(redactor.text(text)))
    }

    /// The text without escape sequences (ECMA-48: CSI, and strings such as OSC, which systemd 257 writes before its
    /// prompts) and control characters.
    static func plain(_ text: String) -> String {
        var result = ""
        var scalars = text.unicodeScalars.makeIterator()
        while let scalar = scalars.next() {
            if scalar == "\u{1B}" {
                skipSequence(&scalars)
            } else if scalar.value >= 0x20, scalar.value != 0x7F {
                result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    /// Goes past the rest of an escape sequence; one that is cut off reaches to the end.
    private static func skipSequence(_ scalars: inout String.UnicodeScalarView.Iterator) {
        switch scalars.next() {
        case "[":
            while let next = scalars.next(), !("@"..."~").contains(next) {}
        case "]", "P", "X", "^", "_":
            // Ends with BEL or with ESC and a backslash.
            while let next = scalars.next(), next != "\u{07}" {
                if next == "\u{1B}" {
                    _ = scalars.next()
                    return
                }
            }
        default: return
        }
    }
}

extension FileDescriptor {
    /// A stream connected to the UNIX socket at `path`.
    fileprivate static func connected(toSocket path: FilePath) throws -> FileDescriptor {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.string.utf8)
        guard bytes.count < MemoryLayout.size(ofValue: address.sun_path) else { throw Errno.fileNameTooLong }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        let raw = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard raw >= 0 else { throw Errno(rawValue: errno) }
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(raw, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard result == 0 else {
            let error = Errno(rawValue: errno)
            close(raw)
            throw error
        }
        return FileDescriptor(rawValue: raw)
    }

    private static func close(_ raw: Int32) {
        try? FileDescriptor(rawValue: raw).close()
    }
}
