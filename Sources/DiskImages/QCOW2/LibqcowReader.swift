internal import CQcow
internal import Synchronization
package import SystemPackage

/// Reads a qcow2 image by libqcow, a decoder that shares no code with ours; for proving what ``QCOW2Writer`` wrote.
///
/// It reads plain and deflate-compressed clusters. It refuses zstd; some of its versions misread zero flags, and others
/// compressed clusters at odd offsets, neither of which our writer makes.
package final class LibqcowReader: DiskReader {
    package let size: Int64
    private let path: FilePath
    private let handle: Mutex<Handle>

    /// Opens the image at `path`.
    ///
    /// - Throws: ``ImageError`` with what the library says.
    package init(_ path: FilePath) throws {
        let handle = try Handle(path)
        size = try handle.mediaSize()
        self.path = path
        self.handle = Mutex(handle)
    }

    package var facts: ImageFacts { ImageFacts(format: .qcow2, layout: "as libqcow reads it") }

    /// The library tells no holes, so all is data.
    package func extent(at offset: Int64) -> Extent { Extent(.data, length: size - offset) }

    package func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int64) throws {
        // The buffer is the caller's for the time of the call, which the lock does not outlive.
        nonisolated(unsafe) let buffer = buffer
        try handle.withLock { try $0.read(into: buffer, at: offset) }
    }
}

/// An open `libqcow_file_t`; it is used under a lock.
private final class Handle: @unchecked Sendable {
    private var file: UnsafeMutablePointer<libqcow_file_t>?
    private let path: FilePath

    init(_ path: FilePath) throws {
        self.path = path
        try check(at: nil) { libqcow_file_initialize(&file, &$0) }
        try check(at: nil) { error in
            path.withPlatformString { libqcow_file_open(file, $0, libqcow_get_access_flags_read(), &error) }
        }
    }

    deinit {
        if file != nil { libqcow_file_free(&file, nil) }
    }

    func mediaSize() throws -> Int64 {
        var size: UInt64 = 0
        try check(at: nil) { libqcow_file_get_media_size(file, &size, &$0) }
        guard let size = Int64(exactly: size) else {
            throw ImageError(.unsupported, path, "libqcow says that the disk has \(size) bytes")
        }
        return size
    }

    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int64) throws {
        var done = 0
        while done < buffer.count {
            var count = 0
            let place = offset + Int64(done)
            try check(at: place) { error in
                count = libqcow_file_read_buffer_at_offset(
                    file, buffer.baseAddress?.advanced(by: done), buffer.count - done, place, &error)
                return count > 0 ? 1 : -1
            }
            done += count
        }
    }

    /// Runs a call of the library; a result other than 1 is thrown with the library's own words.
    private func check(at place: Int64?, _ call: (inout UnsafeMutablePointer<libqcow_error_t>?) -> Int32) throws {
        var error: UnsafeMutablePointer<libqcow_error_t>?
        defer { if error != nil { libqcow_error_free(&error) } }
        guard call(&error) != 1 else { return }
        var text = [CChar](repeating: 0, count: 512)
        let length = error == nil ? 0 : libqcow_error_sprint(error, &text, text.count)
        let message = String(decoding: text.prefix(max(0, Int(length))).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let subject = place.map { " the disk's bytes from \($0) on" } ?? " the image"
        throw ImageError(
            .corrupt, path, "libqcow does not read\(subject): \(message.isEmpty ? "no reason given" : message)")
    }
}
