/// A stretch of a disk that is all of one kind.
package struct Extent: Sendable, Hashable {
    /// What a stretch holds.
    package enum Content: Sendable {
        /// Bytes that must be read, though they may be zero.
        case data
        /// Zeros that are stored nowhere.
        case zeros
    }

    /// What it holds.
    package let content: Content
    /// Its length in bytes, at least 1.
    package let length: Int64

    package init(_ content: Content, length: Int64) {
        self.content = content
        self.length = length
    }
}
