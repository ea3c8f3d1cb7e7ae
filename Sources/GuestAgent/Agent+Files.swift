internal import Foundation
package import HostSystem
package import SystemPackage

extension Agent {
    /// How much of a file one message carries, before base64.
    static let chunkSize = 256 << 10

    /// Writes a file in the guest, replacing what is there.
    ///
    /// With a `mode` the file has it before its first byte comes, so that a secret is never readable by others; that takes
    /// an agent that may run programs. Without one it gets the agent's default (0644 or 0600), or keeps what it had.
    package func write(_ bytes: [UInt8], to path: FilePath, mode: FilePermissions? = nil) async throws {
        if let mode { try await prepare(path, mode: mode) }
        try await withGuestFile(path, "w") { handle in
            try await append(bytes[...], to: handle, of: path)
        }
    }

    /// Writes a host's file into the guest, in pieces.
    package func write(file: FilePath, to path: FilePath, mode: FilePermissions? = nil) async throws {
        let source = try FileDescriptor.open(file, .readOnly, options: [.closeOnExec])
        defer { try? source.close() }
        if let mode { try await prepare(path, mode: mode) }
        try await withGuestFile(path, "w") { handle in
            var block = [UInt8](repeating: 0, count: Self.chunkSize)
            while true {
                let count = try block.withUnsafeMutableBytes { try source.read(into: $0) }
                guard count > 0 else { return }
                try await append(block[..<count], to: handle, of: path)
            }
        }
    }

    /// The bytes of a file in the guest; a longer one than `limit` is an error.
    package func read(_ path: FilePath, limit: ByteCount = .mebibytes(16)) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        try await withGuestFile(path, "r") { handle in
            while true {
                let chunk = try await readChunk(of: handle, path: path)
                bytes += chunk.bytes
                guard bytes.count <= limit.bytes else {
                    throw AgentError(
                        .fileError, command: "guest-file-read", subject: path.string,
                        message: "the file is larger than \(limit), which is the most that is read of it")
                }
                if chunk.isLast { return }
            }
        }
        return bytes
    }

    /// The text of a file in the guest, without white space at the ends.
    package func readText(_ path: FilePath, limit: ByteCount = .mebibytes(1)) async throws -> String {
        String(decoding: try await read(path, limit: limit), as: UTF8.self)
            .trimmingCharacters(in: .whitespacesAndNewlines)
    }

    // MARK: - Handles

    /// Opens a file in the guest; whoever does closes it.
    func openGuestFile(_ path: FilePath, _ mode: String) async throws -> GuestFileHandle {
        let request = OpenRequest(path: path.string, mode: mode)
        return try await GuestFileHandle(
            number: call("guest-file-open", request, returning: Int64.self, subject: path.string))
    }

    /// Closes a file in the guest.
    func closeGuestFile(_ handle: GuestFileHandle, path: FilePath) async throws {
        _ = try await call("guest-file-close", handle, returning: Nothing.self, subject: path.string)
    }

    /// Moves to `offset` from the file's start.
    func seek(_ handle: GuestFileHandle, to offset: Int64, path: FilePath) async throws {
        struct Position: Decodable { let position: Int64 }
        let request = SeekRequest(handle: handle.number, offset: offset, whence: "set")
        let reply = try await call("guest-file-seek", request, returning: Position.self, subject: path.string)
        guard reply.position == offset else {
            throw AgentError(
                .malformed, command: "guest-file-seek", subject: path.string, message: "position \(reply.position)")
        }
    }

    /// The next bytes of an open file, and whether its end was reached.
    func readChunk(of handle: GuestFileHandle, path: FilePath) async throws -> (bytes: [UInt8], isLast: Bool) {
        let request = ReadRequest(handle: handle.number, count: Self.chunkSize)
        let reply = try await call("guest-file-read", request, returning: ReadReply.self, subject: path.string)
        guard let data = Data(base64Encoded: reply.text), data.count == reply.count, data.count <= Self.chunkSize,
            reply.count > 0 || reply.eof
        else {
            throw AgentError(
                .malformed, command: "guest-file-read", subject: path.string,
                message: "\(reply.count) bytes announced, \(Self.chunkSize) asked for, and other content sent")
        }
        return (Array(data), reply.eof)
    }

    private func withGuestFile(
        _ path: FilePath, _ mode: String, _ body: (GuestFileHandle) async throws -> Void
    ) async throws {
        let handle = try await openGuestFile(path, mode)
        do {
            try await body(handle)
        } catch {
            await Task { try? await closeGuestFile(handle, path: path) }.value
            throw error
        }
        // The end of a write may come to light only here: the agent's files are buffered.
        try await closeGuestFile(handle, path: path)
    }

    private func append(_ bytes: ArraySlice<UInt8>, to handle: GuestFileHandle, of path: FilePath) async throws {
        var rest = bytes
        while !rest.isEmpty {
            let chunk = rest.prefix(Self.chunkSize)
            let request = WriteRequest(
                handle: handle.number, text: Data(chunk).base64EncodedString(), count: chunk.count)
            let reply = try await call("guest-file-write", request, returning: WriteReply.self, subject: path.string)
            guard 1...chunk.count ~= reply.count else {
                throw AgentError(
                    .fileError, command: "guest-file-write", subject: path.string,
                    message: "\(reply.count) of \(chunk.count) bytes were written")
            }
            rest = rest.dropFirst(reply.count)
        }
        _ = try await call("guest-file-flush", handle, returning: Nothing.self, subject: path.string)
    }

    private func prepare(_ path: FilePath, mode: FilePermissions) async throws {
        let lines = #"umask 077 && : > "$1" && chmod "$2" "$1""#
        let digits = String(mode.rawValue, radix: 8)
        let result = try await shell(lines, [path.string, digits], deadline: callDeadline)
        guard result.succeeded else {
            throw AgentError(
                .fileError, command: "guest-exec", subject: path.string,
                message: "it cannot be made with mode \(digits): \(result.errorText)")
        }
    }
}

/// An open file of the agent's; it is gone when the agent restarts.
struct GuestFileHandle: Encodable, Sendable {
    /// The agent's number for it.
    let number: Int64

    private enum CodingKeys: String, CodingKey {
        case number = "handle"
    }
}

private struct OpenRequest: Encodable {
    let path: String
    let mode: String
}

private struct SeekRequest: Encodable {
    let handle: Int64
    let offset: Int64
    let whence: String
}

private struct ReadRequest: Encodable {
    let handle: Int64
    let count: Int
}

private struct ReadReply: Decodable, Sendable {
    let count: Int
    let text: String
    let eof: Bool

    enum CodingKeys: String, CodingKey {
        case count, eof
        case text = "buf-b64"
    }
}

private struct WriteRequest: Encodable {
    let handle: Int64
    let text: String
    let count: Int

    enum CodingKeys: String, CodingKey {
        case handle, count
        case text = "buf-b64"
    }
}

private struct WriteReply: Decodable, Sendable {
    let count: Int
}
