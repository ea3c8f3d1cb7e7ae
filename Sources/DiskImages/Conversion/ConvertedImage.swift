package import HostSystem
package import SystemPackage

/// A file that a conversion has written.
package struct ConvertedImage: Sendable {
    /// Its format.
    package let format: ImageFormat
    /// Where it is.
    package let file: FilePath
    /// Its length in bytes.
    package let size: Int64
    /// Its SHA-256.
    package let digest: Digest
    /// The size of the disk in it, in bytes.
    package let virtualSize: Int64
    /// What decoded it to compare it with its source; nil if it was not verified.
    package let decoder: String?
}

/// How far a conversion has come.
package struct ConversionProgress: Sendable {
    /// What is going on.
    package enum Stage: Sendable {
        case converting, verifying
    }

    /// What is going on.
    package let stage: Stage
    /// The bytes of the disk that all files and digests are past, or that have been compared.
    package let done: Int64
    /// The size of the disk in bytes.
    package let total: Int64
}

/// A conversion that cannot be begun.
package enum ConversionError: Error, CustomStringConvertible, Equatable {
    /// Two outputs of one format would be the same file.
    case formatTwice(ImageFormat)
    /// Another process is writing this file.
    case busy(FilePath)

    package var description: String {
        switch self {
        case .formatTwice(let format):
            "\(format.rawValue) is asked for twice, and both would be the same file; name it once"
        case .busy(let path): "another process is writing \(path); wait for it or choose another folder or name"
        }
    }
}
