internal import CLibvirt
internal import Glibc
package import HostSystem
package import SystemPackage

extension StorageVolume {
    /// Bytes that go through a stream at once: the most that one message of libvirt's protocol takes is 4 MiB.
    private static let blockSize = 1 << 20

    /// Writes a file into the volume, from `offset` of both on.
    ///
    /// A volume that is a file grows meanwhile, so that its ``length()`` tells how far an upload that was broken off came.
    ///
    /// - Parameter progress: Is told the bytes that are there, after each block.
    package func upload(
        _ file: FilePath, from offset: Int64 = 0, progress: @escaping @Sendable (Int64) -> Void = { _ in }
    ) async throws {
        try await withStream(to: "write") { volume, stream, isCancelled in
            let source = try FileDescriptor.open(file, .readOnly, options: [.closeOnExec])
            try source.closeAfter {
                try source.seek(offset: offset, from: .start)
                try check(
                    virStorageVolUpload(volume.pointer, stream, UInt64(offset), 0, 0),
                    "write to the volume \(volume.name)")
                var block = [UInt8](repeating: 0, count: Self.blockSize)
                var position = offset
                while true {
                    if isCancelled() { throw CancellationError() }
                    let count = try block.withUnsafeMutableBytes { try source.read(into: $0) }
                    guard count > 0 else { return }
                    try block.withUnsafeBytes {
                        try volume.send(UnsafeRawBufferPointer(rebasing: $0[..<count]), by: stream)
                    }
                    position += Int64(count)
                    progress(position)
                }
            }
        }
    }

    /// The digest of the volume's bytes, which come back through libvirt.
    package func digest() async throws -> Digest {
        try await withStream(to: "read") { volume, stream, isCancelled in
            let hasher = SHA256()
            try volume.receive(by: stream, isCancelled) { hasher.update($0) }
            return hasher.finish()
        }
    }

    /// Copies the volume's bytes into a new file that only its owner can read.
    ///
    /// - Throws: ``VolumeTooLongError`` for a volume that is longer than `limit`.
    package func download(to file: FilePath, limit: ByteCount) async throws {
        try await withStream(to: "read") { volume, stream, isCancelled in
            let target = try FileDescriptor.open(
                file, .writeOnly, options: [.create, .exclusiveCreate, .closeOnExec], permissions: .privateFile)
            try target.closeAfter {
                var length = Int64(0)
                try volume.receive(by: stream, isCancelled) { bytes in
                    length += Int64(bytes.count)
                    guard length <= limit.bytes else { throw VolumeTooLongError(volume: volume.name, limit: limit) }
                    _ = try target.writeAll(bytes)
                }
            }
        }
    }

    private func receive(
        by stream: virStreamPtr, _ isCancelled: () -> Bool, _ take: (UnsafeRawBufferPointer) throws -> Void
    ) throws {
        try check(virStorageVolDownload(pointer, stream, 0, 0, 0), "read the volume \(name)")
        var block = [CChar](repeating: 0, count: Self.blockSize)
        while true {
            if isCancelled() { throw CancellationError() }
            let count = try check(virStreamRecv(stream, &block, block.count), "read the volume \(name)")
            guard count > 0 else { return }
            try block.withUnsafeBytes { try take(UnsafeRawBufferPointer(rebasing: $0[..<Int(count)])) }
        }
    }

    private func send(_ bytes: UnsafeRawBufferPointer, by stream: virStreamPtr) throws {
        var rest = bytes
        while !rest.isEmpty {
            let sent = try check(
                virStreamSend(stream, rest.baseAddress?.assumingMemoryBound(to: CChar.self), rest.count),
                "write to the volume \(name)")
            rest = UnsafeRawBufferPointer(rebasing: rest[Int(sent)...])
        }
    }

    private func withStream<Result: Sendable>(
        to verb: String,
        _ body: @escaping @Sendable (StorageVolume, virStreamPtr, @Sendable () -> Bool) throws -> Result
    ) async throws -> Result {
        try await offloaded { [self] isCancelled in
            try pool.connection.pointer.withStream(for: "\(verb) the volume \(name)") { stream in
                try body(self, stream, isCancelled)
            }
        }
    }
}

/// A volume longer than its reader allows.
package struct VolumeTooLongError: Error, CustomStringConvertible {
    /// The volume.
    package let volume: String
    /// The most that is read of it.
    package let limit: ByteCount

    package var description: String {
        "the volume \(volume) is longer than \(limit), which is the most that is read of it"
    }
}
