package import SystemPackage

/// An image file that is not what it claims to be, or asks for what is not done.
package struct ImageError: Error, CustomStringConvertible, Equatable {
    /// What is wrong, for control flow.
    package enum Kind: Sendable {
        /// The file ends before something that it names.
        case truncated
        /// Its words contradict each other or the format's specification.
        case corrupt
        /// It uses a feature that is not read, so that its content would be guessed.
        case unsupported
        /// It names another file that it may not use.
        case forbidden
        /// It names another file that is not there, or cannot be opened.
        case missing
        /// No format is recognised.
        case unknownFormat
    }

    /// What is wrong.
    package let kind: Kind
    /// The file.
    package let file: FilePath
    /// Where in the file the wrong word stands, in bytes; nil if the file as a whole is meant.
    package let offset: Int64?
    /// What was found and what was expected.
    package let reason: String

    package init(_ kind: Kind, _ file: FilePath, at offset: Int64? = nil, _ reason: String) {
        self.kind = kind
        self.file = file
        self.offset = offset
        self.reason = reason
    }

    package var description: String {
        "\(file)\(offset.map { ", at byte \($0)" } ?? ""): \(reason)"
    }
}
