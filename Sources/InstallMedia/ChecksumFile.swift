internal import Foundation
package import HostSystem
package import SystemPackage

/// A published `.sha256` file (kldload contract, section 7).
///
/// Only the first field counts. The name beside it is that of a release and often not that of the file at hand, and a file
/// of 0 bytes was once published.
package struct ChecksumFile: Sendable {
    /// The digest that the file names.
    package let digest: Digest

    private static let sizeLimit = ByteCount(64 << 10)

    /// Reads the file at `path`.
    ///
    /// - Throws: ``ChecksumFileError``, or `Errno` when it cannot be read.
    package init(reading path: FilePath) throws {
        let bytes: [UInt8]
        do {
            bytes = try path.readBytes(limit: Self.sizeLimit)
        } catch is FileTooLargeError {
            throw ChecksumFileError.noDigest(name: path.string)
        }
        try self.init(parsing: bytes, name: path.string)
    }

    /// Reads a file's content; `name` is for errors.
    package init(parsing content: [UInt8], name: String) throws(ChecksumFileError) {
        guard !content.isEmpty else { throw .empty(name: name) }
        let lines = String(decoding: content, as: UTF8.self).components(separatedBy: .newlines)
        let fields = lines.compactMap { line in line.split { $0 == " " || $0 == "\t" }.first }
        let digests = fields.map { field in
            // sha256sum marks a line whose file name it had to escape.
            Digest(hex: field.hasPrefix("\\") ? field.dropFirst() : field)
        }
        guard let first = digests.first, let first else { throw .noDigest(name: name) }
        guard digests.allSatisfy({ $0 == first }) else { throw .several(name: name) }
        digest = first
    }
}

/// A checksum file that names no digest.
package enum ChecksumFileError: Error, Hashable, CustomStringConvertible {
    /// It has no bytes.
    case empty(name: String)
    /// Its first field is no SHA-256 digest.
    case noDigest(name: String)
    /// It has several lines that do not agree.
    case several(name: String)

    package var description: String {
        switch self {
        case .empty(let name):
            "the checksum file \(name) is empty; fetch it again, or write the digest itself into the template"
        case .noDigest(let name):
            "the checksum file \(name) does not begin with 64 hexadecimal digits; it must be what 'sha256sum FILE' prints"
        case .several(let name):
            "the checksum file \(name) names several digests; write the ISO's digest into the template, or a file with one"
        }
    }
}
