package import SystemPackage

/// A stretch of a file that is read as a file of its own: the whole of it, or one member of an archive.
package struct FileRegion: Sendable {
    /// What it is called in errors; their offsets count from the region's start.
    package let name: FilePath
    /// Its length in bytes.
    package let size: Int64
    private let file: SourceFile
    private let start: Int64

    /// The whole of a file.
    package init(_ file: SourceFile) {
        self.file = file
        name = file.path
        start = 0
        size = file.size
    }

    /// The bytes `range` of a file.
    ///
    /// - Throws: ``ImageError`` of kind `truncated` when the file ends before.
    package init(_ file: SourceFile, range: Range<Int64>, name: FilePath) throws {
        guard range.lowerBound >= 0, range.upperBound <= file.size else {
            throw ImageError(
                .truncated, file.path, at: range.lowerBound,
                "'\(name.lastComponent?.string ?? name.string)' would end at byte \(range.upperBound), and the file has "
                    + "\(file.size)")
        }
        self.file = file
        self.name = name
        start = range.lowerBound
        size = range.upperBound - range.lowerBound
    }

    /// Whether `count` bytes from `offset` on are inside.
    func holds(_ count: Int64, at offset: Int64) -> Bool {
        offset >= 0 && count >= 0 && offset <= size && count <= size - offset
    }

    /// Fills `buffer` from `offset` on.
    ///
    /// - Throws: ``ImageError`` of kind `truncated` when the region ends before, ``SourceError`` when it cannot be read.
    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int64) throws {
        try requireBytes(buffer.count, at: offset)
        try file.read(into: buffer, at: start + offset)
    }

    /// The `count` bytes from `offset` on; the caller has bounded `count`.
    func bytes(at offset: Int64, count: Int) throws -> [UInt8] {
        try requireBytes(count, at: offset)
        return try file.bytes(at: start + offset, count: count)
    }

    /// An error about the byte at `offset` of the region.
    func error(_ kind: ImageError.Kind, at offset: Int64? = nil, _ reason: String) -> ImageError {
        ImageError(kind, name, at: offset, reason)
    }

    private func requireBytes(_ count: Int, at offset: Int64) throws {
        guard holds(Int64(count), at: offset) else {
            throw error(.truncated, at: offset, "\(count) bytes are wanted here, and there are \(size) in all")
        }
    }
}
