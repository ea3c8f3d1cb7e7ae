internal import Attestation

/// The file that names an operating system (os-release(5)).
struct OSRelease {
    private var values: [String: String] = [:]

    /// Reads assignments as a shell has them, without expansion; what is none is passed over.
    init(_ text: String) {
        for line in text.split(whereSeparator: \.isNewline) {
            guard let sign = line.firstIndex(of: "=") else { continue }
            let name = line[..<sign].drop { $0 == " " || $0 == "\t" }
            guard !name.isEmpty, name.allSatisfy({ $0 == "_" || $0.isASCII && ($0.isLetter || $0.isNumber) }) else {
                continue
            }
            values[String(name)] = Self.unquoted(line[line.index(after: sign)...])
        }
    }

    /// The value of a name; nil where it is missing or empty.
    subscript(name: String) -> String? {
        values[name].flatMap { $0.isEmpty ? nil : $0 }
    }

    /// The operating system, for the processor that packages are for.
    func system(architecture: String) -> OperatingSystem {
        OperatingSystem(
            id: self["ID"] ?? "linux", versionID: self["VERSION_ID"], codename: self["VERSION_CODENAME"],
            prettyName: self["PRETTY_NAME"] ?? self["NAME"] ?? "Linux", architecture: architecture)
    }

    /// A value without its quotation marks and backslashes, as a shell reads one word.
    private static func unquoted(_ text: Substring) -> String {
        var value = ""
        var quote: Character?
        var characters = text.makeIterator()
        while let character = characters.next() {
            switch (character, quote) {
            case ("\\", "'"): value.append(character)
            case ("\\", nil): characters.next().map { value.append($0) }
            case ("\\", _):
                guard let next = characters.next() else { return value }
                if !"\\\"$`".contains(next) { value.append("\\") }
                value.append(next)
            case (_, quote?) where character == quote: quote = nil
            case ("\"", nil), ("'", nil): quote = character
            case (" ", nil), ("\t", nil): return value
            default: value.append(character)
            }
        }
        return value
    }
}
