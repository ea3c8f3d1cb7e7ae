package import HostSystem

/// What a disk is called by in formats that number their disks: all derived from its content, so that the same content
/// gives the same files.
package struct DiskIdentity: Sendable, Hashable {
    /// The digest of the content, independent of the image format it was read from: SHA-256 over the disk's size and, for
    /// each unit that is not all zeros, its index and its checksum. It tells disks apart; it proves nothing of them.
    package let content: Digest

    package init(content: Digest) {
        self.content = content
    }

    /// A UUID for one use of the disk, of version 8 (RFC 9562): 122 bits of a digest of the content and the use.
    package func uuid(for use: String) -> [UInt8] {
        var bytes = Array(Digest.of("\(use) \(content.hex)").bytes.prefix(16))
        bytes[6] = bytes[6] & 0x0F | 0x80
        bytes[8] = bytes[8] & 0x3F | 0x80
        return bytes
    }

    /// The UUID for one use, in its text form.
    package func uuidText(for use: String) -> String {
        let hex = uuid(for: use).map { $0 < 16 ? "0" + String($0, radix: 16) : String($0, radix: 16) }
        return [hex[0..<4], hex[4..<6], hex[6..<8], hex[8..<10], hex[10..<16]].map { $0.joined() }.joined(
            separator: "-")
    }

    /// A VMDK content id: 32 bits, neither 0 nor all ones, which mean "none".
    package var cid: UInt32 {
        let word: UInt32 = content.bytes.big(at: 0)
        return word == 0 || word == .max ? 1 : word
    }
}
