/// Debian's files of fields in paragraphs: dpkg's database, copyright files (deb822(5)).
enum ControlFile {
    /// The paragraphs, each with its fields' values by their names in lower case. A value's further lines follow its first,
    /// without the blank before them; what is no field is passed over.
    static func paragraphs(of bytes: [UInt8]) -> [[String: String]] {
        var paragraphs: [[String: String]] = []
        var fields: [String: String] = [:]
        var name: String?
        for line in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            let text = String(decoding: line, as: UTF8.self)
            if line.allSatisfy({ $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") || $0 == UInt8(ascii: "\r") }) {
                if !fields.isEmpty { paragraphs.append(fields) }
                (fields, name) = ([:], nil)
            } else if text.hasPrefix(" ") || text.hasPrefix("\t") {
                if let name { fields[name]?.append("\n\(text.dropFirst())") }
            } else if let colon = text.firstIndex(of: ":"), !text.hasPrefix("#") {
                let key = text[..<colon].lowercased()
                fields[key] = trimmed(text[text.index(after: colon)...])
                name = key
            }
        }
        if !fields.isEmpty { paragraphs.append(fields) }
        return paragraphs
    }

    private static func trimmed(_ text: Substring) -> String {
        let start = text.drop { $0.isWhitespace }
        return String(start.reversed().drop { $0.isWhitespace }.reversed())
    }
}

extension [String: String] {
    /// The first line of a field; nil where the field is missing or empty.
    func line(_ field: String) -> String? {
        guard let value = self[field]?.prefix(while: { !$0.isNewline }), !value.isEmpty else { return nil }
        return String(value)
    }
}
