internal import COpenSSL
package import SystemPackage

/// A SHA-256 digest.
package struct Digest: Sendable, Hashable, Codable, CustomStringConvertible {
    /// The digest as 64 lower-case hexadecimal digits.
    package let hex: String

    /// A digest from its 64 hexadecimal digits, in either case; nil for anything else.
    package init?(hex: some StringProtocol) {
        guard hex.utf8.count == 64, hex.utf8.allSatisfy({ Self.value(ofDigit: $0) != nil }) else { return nil }
        self.hex = hex.lowercased()
    }

    fileprivate init(bytes: [UInt8]) {
        hex = bytes.reduce(into: "") { text, byte in
            text.append(Self.digits[Int(byte >> 4)])
            text.append(Self.digits[Int(byte & 15)])
        }
    }

    /// The digest as 32 bytes.
    package var bytes: [UInt8] {
        let digits = hex.utf8.map { Self.value(ofDigit: $0) ?? 0 }
        return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
    }

    /// The first 12 digits, for names and for people.
    package var short: String { String(hex.prefix(12)) }

    /// `sha256:` and the digits.
    package var description: String { "sha256:" + hex }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let digest = Digest(hex: text) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "'\(text)' is not a SHA-256 digest")
        }
        self = digest
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(hex)
    }

    /// The digest of `bytes`.
    package static func of(_ bytes: some Sequence<UInt8>) -> Digest {
        let hasher = SHA256()
        hasher.update(Array(bytes))
        return hasher.finish()
    }

    /// The digest of a text's UTF-8.
    package static func of(_ text: String) -> Digest {
        of(text.utf8)
    }

    /// The digest of a file's content, read in blocks of 1 MiB off the cooperative pool.
    ///
    /// - Throws: `Errno` when the file cannot be read, `CancellationError` when the task is cancelled.
    package static func of(file: FilePath) async throws -> Digest {
        try await offloaded { isCancelled in
            let descriptor = try FileDescriptor.open(file, .readOnly, options: [.closeOnExec])
            return try descriptor.closeAfter {
                try Digest.of(descriptor, size: .max, isCancelled: isCancelled)
            }
        }
    }

    /// The keyed digest (HMAC-SHA-256, RFC 2104) of `bytes`; for secrets that must be compared without being stored.
    package static func keyed(_ bytes: [UInt8], by key: [UInt8]) -> Digest {
        var result = [UInt8](repeating: 0, count: 32)
        var length = UInt32(0)
        HMAC(EVP_sha256(), key, Int32(key.count), bytes, bytes.count, &result, &length)
        return Digest(bytes: result)
    }

    private static let digits = Array("0123456789abcdef")

    private static func value(ofDigit byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}

/// A running SHA-256 over OpenSSL, which uses the processor's own instructions where there are some.
package final class SHA256 {
    private let context: OpaquePointer?

    /// Starts a digest of nothing.
    package init() {
        context = EVP_MD_CTX_new()
        EVP_DigestInit_ex(context, EVP_sha256(), nil)
    }

    /// Goes on from where another digest stands, which itself goes on too; for contents that begin alike.
    package init(from other: SHA256) {
        context = EVP_MD_CTX_new()
        EVP_MD_CTX_copy_ex(context, other.context)
    }

    deinit {
        EVP_MD_CTX_free(context)
    }

    /// Appends `bytes`.
    package func update(_ bytes: UnsafeRawBufferPointer) {
        EVP_DigestUpdate(context, bytes.baseAddress, bytes.count)
    }

    /// Appends `bytes`.
    package func update(_ bytes: some Collection<UInt8>) {
        let done: Void? = bytes.withContiguousStorageIfAvailable { buffer in
            _ = EVP_DigestUpdate(context, buffer.baseAddress, buffer.count)
        }
        if done == nil { update(Array(bytes)) }
    }

    /// Ends the digest; the object is spent.
    package func finish() -> Digest {
        var result = [UInt8](repeating: 0, count: 32)
        var length = UInt32(0)
        EVP_DigestFinal_ex(context, &result, &length)
        return Digest(bytes: result)
    }
}
