/// Who supplies a component: a person or an organization, with an address where one is known.
struct Supplier: Sendable, Equatable {
    /// Their name.
    let name: String
    /// Their mail address.
    let mail: String?
    /// Whether it is one person.
    let isPerson: Bool

    /// An organization.
    init(organization name: String) {
        self.name = Self.line(name)
        mail = nil
        isPerson = false
    }

    /// The maintainer that a package names: `Name <address>` of Debian, the vendor of an RPM; nil where no name is left.
    ///
    /// Debian does not say which maintainers are teams; mailing lists and the usual words tell.
    init?(maintainer text: String, of kind: InstalledPackage.Kind) {
        let parts = text.split(separator: "<", maxSplits: 1, omittingEmptySubsequences: false)
        let address = parts.count > 1 ? parts[1].prefix { $0 != ">" } : ""
        let mail = address.wholeMatch(of: /[A-Za-z0-9.!#$%&'*+\/=?^_`{|}~\-]+@[A-Za-z0-9.\-]+/).map {
            String($0.output)
        }
        let name = Self.line(String(parts[0]))
        guard !name.isEmpty || mail != nil else { return nil }
        self.name = name.isEmpty ? mail ?? "" : name
        self.mail = mail
        isPerson = kind == .deb && mail != nil && !Self.isTeam(name: name, mail: mail ?? "")
    }

    private static func isTeam(name: String, mail: String) -> Bool {
        let words = Set(name.lowercased().split { !$0.isLetter })
        let teams: Set<Substring> = [
            "team", "maintainers", "maintainer", "developers", "group", "project", "packagers", "packaging", "task",
            "force",
            "strike", "foundation", "inc", "ltd", "gmbh", "llc", "corporation",
        ]
        return !words.isDisjoint(with: teams) || mail.contains("@lists.") || mail.contains("@packages.")
            || mail.contains("@tracker.")
    }

    /// A name on one line, without the brackets that part it from the address in SPDX.
    private static func line(_ text: String) -> String {
        let plain = text.unicodeScalars.map { scalar in
            scalar.properties.generalCategory == .control || "()\"".unicodeScalars.contains(scalar)
                ? " " : Character(scalar)
        }
        return String(plain).split(separator: " ").joined(separator: " ")
    }
}
