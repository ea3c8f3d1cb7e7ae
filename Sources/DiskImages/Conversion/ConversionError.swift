package import SystemPackage

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
