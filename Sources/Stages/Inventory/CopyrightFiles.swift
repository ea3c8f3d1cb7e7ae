/// The licences that Debian's packages state, in files that programs can read (DEP 5).
enum CopyrightFiles {
    private static let longestName = 200

    /// The licences of a package; empty where its file is in prose, or missing.
    static func licences(of package: String, in system: CollectedSystem, through links: inout LinkMap) throws
        -> [String]
    {
        let path = "/usr/share/doc/\(package)/copyright"
        guard let bytes = try system.bytes(of: path) ?? system.bytes(of: links.target(of: path)) else { return [] }
        return licences(of: bytes)
    }

    /// The short names and expressions of a file, each once; empty where it is in prose.
    static func licences(of bytes: [UInt8]) -> [String] {
        let paragraphs = ControlFile.paragraphs(of: bytes)
        guard paragraphs.first?["format"] != nil else { return [] }
        return Set(paragraphs.compactMap { $0.line("license") }.filter { $0.utf8.count <= longestName }).sorted()
    }
}
