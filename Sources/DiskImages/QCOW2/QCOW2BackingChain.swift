internal import Foundation
internal import HostSystem
internal import SystemPackage

/// The images above a backing file that is about to be opened, and what it may be.
///
/// Names are refused that QEMU would take for something else than a file (`json:{…}`, `nbd:…`). A format that is not
/// written in the overlay is not guessed either: a guest that was given a raw disk can write a qcow2 header to its first
/// sector, and a reader that looks would then follow that header to files of the host. The one exception is safe: a file
/// that begins as a qcow2 image is read as one if it stands alone, since its tables then reach nothing but itself.
struct QCOW2BackingChain: Sendable {
    /// The most images that a chain may have.
    static let longest = 64

    private let policy: BackingPolicy
    /// The folder of the image that was asked for, with all links followed.
    private let folder: FilePath
    private let open: BackingOpener
    /// The images from the top down to the one whose backing file is opened.
    private var files: [SourceFile.Identity]
    /// Whether the last image's format was said by nobody.
    private(set) var isGuessed = false

    /// The chain of one image, which was asked for as `path`.
    init(top file: SourceFile, at path: FilePath, policy: BackingPolicy, open: @escaping BackingOpener) throws {
        self.policy = policy
        self.open = open
        let parent = path.absolute.removingLastComponent()
        folder = Self.real(parent) ?? parent
        files = [file.identity]
    }

    /// Opens the backing file that `overlay`, which was found at `path`, names.
    func openBacking(_ backing: QCOW2Header.Backing, of overlay: SourceFile, at path: FilePath) throws
        -> any DiskReader
    {
        func refuse(_ kind: ImageError.Kind, _ reason: String) -> ImageError {
            ImageError(kind, overlay.path, at: backing.offset, "its backing file '\(backing.text)' \(reason)")
        }
        guard !isGuessed else {
            throw refuse(
                .forbidden,
                "is not followed: the image is itself a backing file whose format its overlay does not say, and such "
                    + "an image must stand alone; 'qemu-img rebase -u -F qcow2' can write the format into the overlay")
        }
        guard policy != .none else { throw refuse(.forbidden, "is not followed, since backing files are not allowed") }
        guard files.count < Self.longest else {
            throw refuse(.unsupported, "is not followed: the chain is longer than \(Self.longest) images")
        }
        let place = try find(backing, besides: path, refuse)
        do {
            let file = try SourceFile(place.real)
            guard !files.contains(file.identity) else {
                throw refuse(.corrupt, "is the image itself or one above it: the chain is a loop")
            }
            return try reader(of: file, format: backing.format, at: place.named, refuse)
        } catch let error as SourceError {
            throw refuse(.missing, "cannot be opened: \(error.cause)")
        }
    }

    /// Where the name leads: as it is put together, which is what the next name is relative to, and with all links followed.
    private func find(
        _ backing: QCOW2Header.Backing, besides overlay: FilePath,
        _ refuse: (ImageError.Kind, String) -> ImageError
    ) throws -> (named: FilePath, real: FilePath) {
        if let colon = backing.name.firstIndex(of: UInt8(ascii: ":")),
            !backing.name[..<colon].contains(UInt8(ascii: "/"))
        {
            throw refuse(.forbidden, "is no plain file name but one for a protocol or driver of QEMU")
        }
        let name = FilePath(bytes: backing.name)
        let named = overlay.absolute.removingLastComponent().pushing(name)
        let real = Self.real(named)
        guard policy == .anywhere || (real ?? named.lexicallyNormalized()).starts(with: folder) else {
            throw refuse(
                .forbidden, "is outside the folder of the image, \(folder), and is only followed if that is allowed")
        }
        guard let real else { throw refuse(.missing, "is not there") }
        return (named, real)
    }

    private func reader(
        of file: SourceFile, format: String?, at path: FilePath, _ refuse: (ImageError.Kind, String) -> ImageError
    ) throws -> any DiskReader {
        var chain = self
        chain.files.append(file.identity)
        switch format {
        case "qcow2": return try QCOW2Reader(file, at: path, chain: chain)
        case "raw": return try open(file.path, .raw)
        case "vmdk": return try open(file.path, .vmdk)
        case "vpc": return try open(file.path, .vhd)
        case let other?: throw refuse(.unsupported, "has the format '\(other)', which is not read")
        case nil:
            guard try QCOW2Header.recognizes(file) else {
                throw refuse(
                    .unsupported,
                    "has no format written beside its name, and is no qcow2 image: what it holds would be guessed; "
                        + "'qemu-img rebase -u -F raw' can write the format into the overlay")
            }
            chain.isGuessed = true
            return try QCOW2Reader(file, at: path, chain: chain)
        }
    }

    /// The path with all links followed; nil if nothing is there.
    private static func real(_ path: FilePath) -> FilePath? {
        guard let resolved = path.withPlatformString({ realpath($0, nil) }) else { return nil }
        defer { free(resolved) }
        return FilePath(platformString: resolved)
    }
}

extension QCOW2Header.Backing {
    /// The name, for people.
    var text: String { String(decoding: name, as: UTF8.self) }
}

extension FilePath {
    /// A path of bytes that need be no UTF-8; without zero bytes.
    init(bytes: [UInt8]) {
        self = (bytes.map { CChar(bitPattern: $0) } + [0]).withUnsafeBufferPointer { buffer in
            buffer.baseAddress.map { FilePath(platformString: $0) } ?? FilePath()
        }
    }
}
