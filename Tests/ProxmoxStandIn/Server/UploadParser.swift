internal import HostSystem
internal import SystemPackage

/// A file that was uploaded, of which only the digest and the beginning are kept.
struct UploadedFile: Sendable {
    /// The text fields that came before it.
    let fields: [String: String]
    /// The name that the client gave it.
    let name: String
    let size: Int
    let digest: Digest
    /// The first bytes, for a look at its format.
    let beginning: [UInt8]
    /// Where it is kept; nil where it is not.
    var file: FilePath?
}

/// A file that an upload goes to as it comes.
final class KeptFile {
    let path: FilePath
    private let descriptor: FileDescriptor

    /// Makes a file in a folder.
    init(in folder: FilePath) throws {
        path = folder.appending("upload-\(String.randomHex(digits: 8))")
        descriptor = try FileDescriptor.open(
            path, .writeOnly, options: [.create, .exclusiveCreate, .closeOnExec], permissions: [.ownerReadWrite])
    }

    deinit {
        try? descriptor.close()
    }

    /// Appends bytes. A disk that is full shows in what boots from the file, and nowhere else.
    func append(_ bytes: UnsafeRawBufferPointer) {
        _ = try? descriptor.writeAll(bytes)
    }
}

/// Reads an upload's `multipart/form-data` as it comes, in constant memory, with a real server's rules.
///
/// That server takes `content`, `checksum-algorithm`, `checksum` and then the file, which must be called `filename`; in
/// this order, with nothing else between and nothing after. It tells `Content-Disposition` only in this spelling and only
/// as a part's first header.
struct UploadParser {
    /// Why it is refused.
    struct Refusal: Error {
        let message: String
    }

    private enum State {
        case fields, file, end
    }

    private static let order = ["content", "checksum-algorithm", "checksum"]
    private static let beginningLength = 512
    /// More than the fields and the file's header can have.
    private static let headLimit = 16 << 10

    private let delimiter: [UInt8]
    private let corrupts: Bool
    private let kept: KeptFile?
    private var state = State.fields
    private var pending: [UInt8] = []
    private var fields: [String: String] = [:]
    private var name = ""
    private var size = 0
    private var beginning: [UInt8] = []
    private var sha256 = SHA256()

    /// - Parameters:
    ///   - boundary: What parts the fields.
    ///   - corrupts: Whether a byte of the file is to become another.
    ///   - kept: Where the file is to be kept.
    init(boundary: String, corrupts: Bool = false, kept: KeptFile? = nil) {
        delimiter = Array("--\(boundary)".utf8)
        self.corrupts = corrupts
        self.kept = kept
    }

    /// How much had come when a piece ended within the file's header; nil as long as none does.
    ///
    /// A real server then writes the rest of that header into the file, and so does this one.
    private(set) var tear: Int?

    /// Takes the next bytes.
    mutating func consume(_ bytes: UnsafeRawBufferPointer) throws(Refusal) {
        switch state {
        case .fields:
            pending.append(contentsOf: bytes)
            try readHead()
            if tear == nil, state == .fields, isInsideFileHeader { tear = pending.count }
        case .file:
            consumeFile(bytes)
        case .end:
            if !bytes.isEmpty { throw Refusal(message: "unexpected data after the file") }
        }
    }

    /// The file, when everything has come.
    mutating func finish() throws(Refusal) -> UploadedFile {
        guard state == .file else { throw Refusal(message: "upload failed") }
        // What ends the file has been held back.
        let closing = Array("\r\n".utf8) + delimiter + Array("--".utf8)
        guard pending == closing || pending == closing + Array("\r\n".utf8) else {
            throw Refusal(message: "upload failed: the body does not end with the boundary")
        }
        return UploadedFile(
            fields: fields, name: name, size: size, digest: sha256.finish(), beginning: beginning, file: kept?.path)
    }

    /// Everything but the last bytes, which may be what ends the file, is data.
    ///
    /// Nothing looks for a boundary within the data: as the length of the body is known, what ends it is where it ends.
    private mutating func consumeFile(_ bytes: UnsafeRawBufferPointer) {
        let kept = delimiter.count + 6
        let total = pending.count + bytes.count
        guard total > kept else { return pending.append(contentsOf: bytes) }
        let fromPending = min(pending.count, total - kept)
        if fromPending > 0 {
            pending.withUnsafeBytes { take(UnsafeRawBufferPointer(rebasing: $0[..<fromPending])) }
            pending.removeFirst(fromPending)
        }
        let fromBytes = total - kept - fromPending
        if fromBytes > 0 { take(UnsafeRawBufferPointer(rebasing: bytes[..<fromBytes])) }
        pending.append(contentsOf: bytes[fromBytes...])
    }

    private mutating func take(_ bytes: UnsafeRawBufferPointer) {
        if beginning.count < Self.beginningLength {
            beginning.append(contentsOf: bytes.prefix(Self.beginningLength - beginning.count))
        }
        if corrupts, size == 0, let first = bytes.first {
            sha256.update([first ^ 1])
            sha256.update(UnsafeRawBufferPointer(rebasing: bytes.dropFirst()))
        } else {
            sha256.update(bytes)
        }
        kept?.append(bytes)
        size += bytes.count
    }
}

extension UploadParser {
    /// Reads whole parts off what has come, up to the file's data.
    private mutating func readHead() throws(Refusal) {
        while state == .fields {
            guard pending.count < Self.headLimit || pending.headerEnd != nil else {
                throw Refusal(message: "upload failed: the fields before the file are too long")
            }
            guard let end = pending.headerEnd else { return }
            let part = try readHeader(Array(pending[..<end]))
            let data = end + 4
            if part.isFile {
                name = part.fileName
                let rest = Array(pending[(tear ?? data)...])
                pending = []
                state = .file
                rest.withUnsafeBytes { consumeFile($0) }
                return
            }
            guard let next = pending.firstRange(of: Array("\r\n".utf8) + delimiter, from: data) else { return }
            fields[part.name] = String(decoding: pending[data..<next], as: UTF8.self)
            pending.removeFirst(next + 2)
        }
    }

    /// Whether the file's `Content-Disposition` has come, and the empty line after it has not.
    private var isInsideFileHeader: Bool {
        let lines = String(decoding: pending, as: UTF8.self).split(separator: "\r\n", omittingEmptySubsequences: false)
        return lines.count >= 3 && lines[1].hasPrefix("Content-Disposition: form-data; name=\"filename\"")
    }

    private struct Part {
        let name: String
        let fileName: String
        let isFile: Bool
    }

    private func readHeader(_ bytes: [UInt8]) throws(Refusal) -> Part {
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\r\n", omittingEmptySubsequences: false)
        guard lines.first.map({ Array($0.utf8) == delimiter }) == true, lines.count >= 2 else {
            throw Refusal(message: "upload failed: a part does not begin with the boundary")
        }
        guard
            let match = lines[1].wholeMatch(
                of: /Content-Disposition: form-data; name="([^"]*)"(?:; filename="([^"]*)")?/)
        else { throw Refusal(message: "upload failed: wrong Content-Disposition '\(lines[1])'") }
        let name = String(match.1)
        if name == "filename" {
            guard let fileName = match.2, !fileName.isEmpty else {
                throw Refusal(message: "upload failed: the file has no name")
            }
            guard fields["content"] != nil else {
                throw Refusal(message: "the file came before 'content', which would be lost")
            }
            return Part(name: name, fileName: String(fileName), isFile: true)
        }
        guard let place = Self.order.firstIndex(of: name) else { throw Refusal(message: "wrong field name '\(name)'") }
        guard Self.order[place...].allSatisfy({ fields[$0] == nil }), match.2 == nil else {
            throw Refusal(message: "wrong Content-Disposition: '\(name)' is out of order")
        }
        return Part(name: name, fileName: "", isFile: false)
    }
}

extension [UInt8] {
    /// Where the empty line that ends a part's header begins.
    fileprivate var headerEnd: Int? { firstRange(of: [13, 10, 13, 10], from: 0) }

    fileprivate func firstRange(of pattern: [UInt8], from start: Int) -> Int? {
        guard count - start >= pattern.count else { return nil }
        return (start...(count - pattern.count)).first { self[$0..<($0 + pattern.count)].elementsEqual(pattern) }
    }
}
