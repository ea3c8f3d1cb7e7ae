internal import HostSystem
package import SystemPackage

/// Where this host's apt gets Debian's packages from.
package struct LabMirror {
    /// One line of apt's for each archive of the wanted suite.
    let sources: [String]
    /// The proxy that apt goes through, for the environment.
    let environment: [String: String]

    private static let keyrings = ["debian-archive-keyring.gpg", "debian-archive-keyring.pgp"]
    private static let deadline: Duration = .seconds(30)

    /// Reads apt's own configuration and puts the wanted suite in the place of the host's.
    static func ofHost(suite: String, components: String) async throws -> LabMirror {
        let targets = try await Program.run(
            "apt-get",
            ["indextargets", "--format", "$(LABEL)\t$(COMPONENT)\t$(REPO_URI)", "Created-By: Packages"],
            deadline: deadline
        ).text
        let folder = FilePath("/usr/share/keyrings")
        guard let keyring = keyrings.map({ folder.appending($0) }).first(where: \.exists) else {
            throw LabISOError.noKeyring
        }
        let sources = sources(from: targets, suite: suite, components: components, keyring: keyring)
        guard !sources.isEmpty else { throw LabISOError.noMirror }
        return LabMirror(sources: sources, environment: try await proxy())
    }

    /// The lines for `suite`, its updates and its security archive, from a listing of the host's index files.
    ///
    /// Each line of the listing holds an archive's label, a component and an address, with tabs between.
    package static func sources(
        from targets: String, suite: String, components: String = "main", keyring: FilePath
    ) -> [String] {
        var main: String?
        var security: String?
        for line in targets.split(separator: "\n") {
            let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            guard fields.count == 3, fields[1] == "main", let address = address(fields[2]) else { continue }
            switch fields[0] {
            case "Debian": main = main ?? address
            case "Debian-Security": security = security ?? address
            default: continue
            }
        }
        guard let main else { return [] }
        let start = "deb [signed-by=\(keyring)]"
        return ["\(start) \(main) \(suite) \(components)", "\(start) \(main) \(suite)-updates \(components)"]
            + (security.map { ["\(start) \($0) \(suite)-security \(components)"] } ?? [])
    }

    /// An address without its last slash; of a list of mirrors, the first.
    private static func address(_ text: String) -> String? {
        var text = text
        while text.hasSuffix("/") { text.removeLast() }
        for scheme in ["mirror+file://", "mirror+file:"] where text.hasPrefix(scheme) {
            let list = try? FilePath(String(text.dropFirst(scheme.count))).readText()
            let first = list?.split(whereSeparator: \.isWhitespace).first(where: { $0.contains("://") })
            return first.flatMap { address(String($0)) }
        }
        return text.isEmpty ? nil : text
    }

    private static func proxy() async throws -> [String: String] {
        var environment: [String: String] = [:]
        for scheme in ["http", "https"] {
            let value = try await Program.run(
                "apt-config", ["dump", "--format", "%v", "Acquire::\(scheme)::Proxy"], deadline: deadline
            ).text
            if !value.isEmpty { environment["\(scheme)_proxy"] = value }
        }
        return environment
    }
}
