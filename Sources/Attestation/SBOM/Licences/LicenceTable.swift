/// The words of packages that certainly mean an identifier of the SPDX licence list, from `licences.txt`.
struct LicenceTable: Sendable {
    /// The table that the factory carries.
    static let standard = LicenceTable(String(decoding: PackageResources.licences_txt, as: UTF8.self))

    private let licences: [String: String]
    private let exceptions: [String: String]

    /// A table from its text.
    init(_ text: String) {
        var licences: [String: String] = [:]
        var exceptions: [String: String] = [:]
        for line in text.split(separator: "\n") where !line.hasPrefix("#") {
            let parts = line.split(separator: ":", maxSplits: 1).map(Self.trimmed)
            guard let name = parts.first else { continue }
            let isException = name.hasPrefix("WITH ")
            let id = isException ? String(name.dropFirst(5)) : name
            let words = (parts.count > 1 ? parts[1] : "").split(separator: "|").map(Self.trimmed) + [id]
            for word in words {
                if isException { exceptions[word.lowercased()] = id } else { licences[word.lowercased()] = id }
            }
        }
        self.licences = licences
        self.exceptions = exceptions
    }

    /// The identifier that a licence's words mean, in any case; nil where that is not certain.
    func licence(_ words: some StringProtocol) -> String? {
        licences[words.lowercased()]
    }

    /// The same for the words after `with`.
    func exception(_ words: some StringProtocol) -> String? {
        exceptions[words.lowercased()]
    }

    private static func trimmed(_ text: some StringProtocol) -> String {
        text.split(separator: " ").joined(separator: " ")
    }
}
