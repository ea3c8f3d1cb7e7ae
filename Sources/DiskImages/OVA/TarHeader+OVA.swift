extension TarHeader {
    /// Refuses what an appliance's archive does not have: anything but plain files beside each other.
    ///
    /// - Throws: ``ImageError`` about the header at `offset` of `file`.
    func requirePlainFile(of file: FileRegion, at offset: Int64) throws {
        guard type == Self.plainFile else {
            throw file.error(.unsupported, at: offset + 156, Self.reason(againstType: type))
        }
        guard Self.isPlain(name) else {
            throw file.error(
                .forbidden, at: offset, "a member is named \(name.printable), which is no plain name of a file")
        }
    }

    private static func reason(againstType type: UInt8) -> String {
        switch type {
        case UInt8(ascii: "x"), UInt8(ascii: "g"): "a POSIX.1-2001 (pax) header; write the archive as plain ustar"
        case UInt8(ascii: "L"), UInt8(ascii: "K"):
            "a long name or link in GNU's way; an OVA's names have at most 100 bytes"
        case UInt8(ascii: "5"): "a folder; an OVA's files stand beside each other"
        default: "a member of type \(String(Character(UnicodeScalar(type))).printable); an OVA has plain files alone"
        }
    }

    /// Whether a name stays in its folder, and prints as it is; what is no UTF-8 was replaced.
    private static func isPlain(_ name: String) -> Bool {
        !name.isEmpty && name != "." && name != ".." && !name.contains("/") && !name.contains("\\")
            && name.unicodeScalars.allSatisfy { $0.isPrintable && $0 != "\u{FFFD}" }
    }
}
