internal import HostSystem
internal import NIOCore
internal import NIOHTTP1
internal import SystemPackage

/// An image on its way to a storage, as `multipart/form-data`.
///
/// ```
/// content              import
/// checksum-algorithm   sha256
/// checksum             64 digits
/// filename             the file itself, of the name that it shall have
/// ```
///
/// Proxmox reads this with a parser of its own, which takes the parts in this order alone, and no others. Should what it
/// reads at once end inside the head of the file's part, it takes the rest of the head for a part of the file. So all
/// parts before the file, its head and its first bytes go out together, as one TLS record; and the checksum is always there.
struct MultipartUpload: Sendable {
    /// The name of the file on the storage.
    let name: String
    /// The open file.
    let file: SystemPackage.FileDescriptor
    /// Its length in bytes.
    let size: Int64
    /// Its digest.
    let digest: Digest
    /// Told how many bytes of the file are out.
    let progress: @Sendable (Int64) -> Void
    private let boundary = "imagefactory-" + String.randomHex(digits: 32)

    /// The file's bytes that are read at once.
    private static let block = 1 << 20
    /// The most bytes of the first write: less than a TLS record holds.
    private static let openingLimit = 12 << 10

    init(
        name: String, file: SystemPackage.FileDescriptor, size: Int64, digest: Digest,
        progress: @escaping @Sendable (Int64) -> Void
    ) {
        self.name = name
        self.file = file
        self.size = size
        self.digest = digest
        self.progress = progress
    }

    var contentType: String { "multipart/form-data; boundary=\(boundary)" }

    /// The length of the whole body.
    var length: Int64 { Int64(head.utf8.count) + size + Int64(tail.utf8.count) }

    private var head: String {
        let fields = [("content", "import"), ("checksum-algorithm", "sha256"), ("checksum", digest.hex)]
        let texts = fields.map { name, value in
            "--\(boundary)\r\nContent-Disposition: form-data; name=\"\(name)\"\r\n\r\n\(value)\r\n"
        }
        return texts.joined()
            + "--\(boundary)\r\nContent-Disposition: form-data; name=\"filename\"; filename=\"\(name)\"\r\n"
            + "Content-Type: application/octet-stream\r\n\r\n"
    }

    private var tail: String { "\r\n--\(boundary)--\r\n" }

    /// How many of the file's bytes go out with the head.
    private var firstBytes: Int { Int(min(size, Int64(Self.openingLimit - head.utf8.count))) }

    /// The head with the file's first bytes.
    var opening: ByteBuffer {
        get throws {
            var buffer = ByteBuffer(string: head)
            buffer.writeImmutableBuffer(try Self.read(file, at: 0, count: firstBytes))
            return buffer
        }
    }

    /// Sends the rest of the file and the end, never more than two blocks ahead of the connection.
    func send(on channel: any Channel) async throws {
        var offset = Int64(firstBytes)
        var earlier: EventLoopFuture<Void>?
        while offset < size {
            let (file, start, count) = (file, offset, Int(min(Int64(Self.block), size - offset)))
            let block = try await offloaded { _ in try Self.read(file, at: start, count: count) }
            let written = channel.eventLoop.makePromise(of: Void.self)
            channel.writeAndFlush(HTTPClientRequestPart.body(.byteBuffer(block)), promise: written)
            try await earlier?.get()
            earlier = written.futureResult
            offset += Int64(count)
            progress(offset)
        }
        try await earlier?.get()
        try await channel.writeAndFlush(HTTPClientRequestPart.body(.byteBuffer(ByteBuffer(string: tail)))).get()
    }

    /// Exactly `count` bytes of the file; for blocking work.
    private static func read(_ file: SystemPackage.FileDescriptor, at offset: Int64, count: Int) throws -> ByteBuffer {
        var buffer = ByteBufferAllocator().buffer(capacity: count)
        while buffer.readableBytes < count {
            let done = buffer.readableBytes
            let part = try buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: count - done) { bytes in
                let space = UnsafeMutableRawBufferPointer(rebasing: bytes[..<(count - done)])
                return try file.read(fromAbsoluteOffset: offset + Int64(done), into: space)
            }
            guard part > 0 else { throw ImageTruncatedError() }
        }
        return buffer
    }
}

/// An image that became shorter while it was sent.
package struct ImageTruncatedError: Error, CustomStringConvertible {
    package var description: String { "the image became shorter while it was sent; leave it alone, and try again" }
}
