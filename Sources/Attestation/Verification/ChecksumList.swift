package import HostSystem

/// A release's `SHA256SUMS`, read strictly.
///
/// ```
/// 6105d6cc76af400325e94d588ce511be5bfdbb73b437dc51eca43917d7a43e3d  web-v1.2.0.qcow2\n
/// 64 lower-case digits                                            ⎵⎵ a plain name
/// ```
///
/// `sha256sum -c` takes more: upper case, `*`, names with escapes and paths. None of it is needed, and each is a way to have
/// two programs read two things.
package struct ChecksumList: Sendable, Equatable {
    /// The longest list that is read.
    static let sizeLimit = ByteCount.mebibytes(1)

    /// The files with their digests, in the order of the lines.
    package let entries: [Entry]
    private let digests: [String: Digest]

    /// A line.
    package struct Entry: Sendable, Equatable {
        /// The file.
        package let name: String
        /// The digest of its content.
        package let digest: Digest
    }

    /// Reads a list.
    package init(_ bytes: [UInt8]) throws(ChecksumListError) {
        guard !bytes.isEmpty else { throw ChecksumListError(line: 1, problem: .empty) }
        var lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        guard lines.removeLast().isEmpty else { throw ChecksumListError(line: lines.count + 1, problem: .unfinished) }
        guard lines.count <= ReleaseFolder.fileLimit else {
            throw ChecksumListError(line: ReleaseFolder.fileLimit + 1, problem: .tooMany)
        }
        var entries: [Entry] = []
        var digests: [String: Digest] = [:]
        for (index, line) in lines.enumerated() {
            do throws(Problem) {
                let entry = try Self.entry(line)
                guard digests.updateValue(entry.digest, forKey: entry.name) == nil else { throw Problem.twice }
                entries.append(entry)
            } catch {
                throw ChecksumListError(line: index + 1, problem: error)
            }
        }
        self.entries = entries
        self.digests = digests
    }

    /// The digest of a file; nil for one that is not in the list.
    package func digest(of name: String) -> Digest? {
        digests[name]
    }

    /// What is wrong with a line.
    package enum Problem: Error, Sendable, Equatable {
        /// There is no line.
        case empty
        /// The last line does not end.
        case unfinished
        /// It does not begin with 64 lower-case hexadecimal digits.
        case digest
        /// The digest and the name are not parted by two spaces.
        case separator
        /// The name is not a plain one.
        case name
        /// It names the list itself, its signature or the logs.
        case reserved
        /// The file has a line already.
        case twice
        /// There are more lines than a release has files.
        case tooMany
    }

    private static let reserved = [ReleaseFileName.checksums, ReleaseFileName.signature, ReleaseFileName.logs]

    private static func entry(_ line: ArraySlice<UInt8>) throws(Problem) -> Entry {
        let digits = line.prefix(64)
        guard digits.count == 64, digits.allSatisfy({ "0123456789abcdef".utf8.contains($0) }),
            let digest = Digest(hex: String(decoding: digits, as: UTF8.self))
        else { throw .digest }
        let rest = line.dropFirst(64)
        guard rest.starts(with: "  ".utf8) else { throw .separator }
        let bytes = rest.dropFirst(2)
        guard ReleaseFileName.isPlain(bytes) else { throw .name }
        let name = String(decoding: bytes, as: UTF8.self)
        guard !reserved.contains(name) else { throw .reserved }
        return Entry(name: name, digest: digest)
    }
}

/// A list of checksums that is not written as it must be.
package struct ChecksumListError: Error, Equatable, CustomStringConvertible {
    /// The line, from 1.
    package let line: Int
    /// What is wrong with it.
    package let problem: ChecksumList.Problem

    package var description: String {
        switch problem {
        case .empty: "is empty"
        case .unfinished: "does not end with a line's end"
        case .digest: "line \(line) does not begin with 64 lower-case hexadecimal digits"
        case .separator: "line \(line) does not part digest and name by two spaces"
        case .name: "line \(line) does not name a file in plain ASCII without slashes"
        case .reserved: "line \(line) names the list itself, its signature or the logs"
        case .twice: "line \(line) names a file that another line names"
        case .tooMany: "has more than \(ReleaseFolder.fileLimit) lines"
        }
    }
}
