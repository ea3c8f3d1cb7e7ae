/// Finds the kernel's command line in a boot loader's configuration.
struct KernelCommandLine {
    private static let configurations = ["/boot/grub/grub.cfg", "/boot/grub2/grub.cfg"]
    private static let environments = ["/boot/grub/grubenv", "/boot/grub2/grubenv"]
    private static let entryFolders = ["/boot/loader/entries/", "/boot/efi/loader/entries/", "/efi/loader/entries/"]

    private var variables: [String: String] = [:]

    /// The command line of what is started by default; nil where nothing tells it.
    static func find(in system: CollectedSystem) throws -> String? {
        var finder = KernelCommandLine()
        for path in environments { finder.readEnvironment(try system.text(of: path) ?? "") }
        for path in configurations {
            if let line = finder.grub(try system.text(of: path) ?? "") { return line }
        }
        let entries = try system.copies.filter { path in entryFolders.contains { path.hasPrefix($0) } }
            .compactMap { path in try system.text(of: path).map { (path, $0) } }
        if let line = finder.bootEntry(entries) { return line }
        return try system.text(of: "/etc/kernel/cmdline").flatMap {
            Self.words($0.split(whereSeparator: \.isWhitespace))
        }
    }

    /// Reads the variables that GRUB keeps.
    mutating func readEnvironment(_ text: String) {
        for line in text.split(whereSeparator: \.isNewline) where !line.hasPrefix("#") {
            guard let sign = line.firstIndex(of: "=") else { continue }
            variables[String(line[..<sign])] = String(line[line.index(after: sign)...])
        }
    }

    /// The first kernel of a `grub.cfg`, which is the default's: GRUB's tools write the newest one first.
    func grub(_ text: String) -> String? {
        for line in text.split(whereSeparator: \.isNewline) {
            let words = line.split(whereSeparator: \.isWhitespace)
            guard words.count >= 2, ["linux", "linux16", "linuxefi"].contains(words[0]) else { continue }
            return Self.words(words.dropFirst(2))
        }
        return nil
    }

    /// The newest of the entries that are no rescue system, of the Boot Loader Specification's type 1, by path and text.
    func bootEntry(_ entries: [(path: String, text: String)]) -> String? {
        let usual = entries.filter { !$0.path.contains("rescue") }.sorted { Self.isOlder($0.path, $1.path) }
        guard let entry = usual.last else { return nil }
        let options = entry.text.split(whereSeparator: \.isNewline).filter { $0.hasPrefix("options") }
            .flatMap { $0.split(whereSeparator: \.isWhitespace).dropFirst() }
        let expanded = options.flatMap { word in
            word.hasPrefix("$") ? (variables[String(word.dropFirst())] ?? "").split(separator: " ") : [word]
        }
        return Self.words(expanded)
    }

    private static func words(_ words: some Sequence<Substring>) -> String? {
        let line = words.joined(separator: " ")
        return line.isEmpty ? nil : line
    }

    /// Whether a name with a version comes before another: their numbers are compared as numbers.
    private static func isOlder(_ one: String, _ other: String) -> Bool {
        let (parts, others) = (Self.parts(one), Self.parts(other))
        for (part, other) in zip(parts, others) where part != other {
            if part.first?.isNumber == true, other.first?.isNumber == true, part.count != other.count {
                return part.count < other.count
            }
            return part < other
        }
        return parts.count < others.count
    }

    /// A name in pieces of digits alone, without zeros before them, and of anything else.
    private static func parts(_ name: String) -> [String] {
        var parts: [String] = []
        for character in name {
            let isDigit = character.isASCII && character.isNumber
            if let last = parts.last?.last, (last.isASCII && last.isNumber) == isDigit {
                if isDigit, parts[parts.count - 1] == "0" { parts[parts.count - 1] = "" }
                parts[parts.count - 1].append(character)
            } else {
                parts.append(String(character))
            }
        }
        return parts
    }
}
