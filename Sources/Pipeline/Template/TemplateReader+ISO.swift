internal import HostSystem
internal import SystemPackage

extension TemplateReader {
    /// `iso: { path: …, sha256: … }` or `iso: { lab: debian13, root: zfs }`
    func iso(_ node: YAMLNode) -> Template.ISO? {
        reader.mapping(node, named: "iso") { keys -> Template.ISO? in
            let path = keys.string("path").map { Template.ISO.Source.path(self.path($0)) }
            let url = keys.placedString("url").map { url -> Template.ISO.Source in
                checkURL(url)
                return .url(url.value)
            }
            let root: Template.ISO.LabRoot? = keys.word("root")
            let lab = keys.string("lab").map { Template.ISO.Source.lab($0, root: root ?? .ext4) }
            let checksum = keys.placedString("sha256").map(checksum)
            let named = keys.entries.map(\.key.text).filter { ["path", "url", "lab"].contains($0) }
            guard named.count == 1 else {
                reader.report(
                    at: node.place, named.isEmpty ? "iso names no source" : "iso names \(named.count) sources",
                    suggestion: "give exactly one of path, url and lab")
                return nil
            }
            if lab == nil, root != nil {
                reader.report(
                    at: keys.place(of: "root"), "only a lab ISO installs on a file system of choice",
                    suggestion: "remove 'root'")
            }
            if case .lab = lab, checksum != nil {
                reader.report(
                    at: keys.place(of: "sha256"), "a lab ISO is made on this host and has no published digest",
                    suggestion: "remove 'sha256'")
            }
            if url != nil, checksum == nil {
                reader.report(
                    at: keys.place, "an ISO from an address needs a digest",
                    suggestion: "add 'sha256:' with the digest, or with the address of the published .sha256 file")
            }
            return (path ?? url ?? lab).map { Template.ISO(source: $0, checksum: checksum, place: node.place) }
        } ?? nil
    }

    private func checksum(_ text: Placed<String>) -> Template.ISO.Checksum {
        if let digest = Digest(hex: text.value) { return .digest(digest) }
        if text.value.contains("://") {
            checkURL(text)
            return .url(text.value)
        }
        if text.value.utf8.count > 32, text.value.allSatisfy(\.isHexDigit) {
            reader.report(
                at: text.place, "'sha256' has \(text.value.count) hexadecimal digits, but must have 64",
                suggestion: "copy the digest again, or name a .sha256 file")
        }
        return .file(path(text.value))
    }

    private func checkURL(_ text: Placed<String>) {
        let hasScheme = text.value.hasPrefix("https://") || text.value.hasPrefix("http://")
        if !hasScheme || text.value.contains(where: { $0.isWhitespace }) {
            reader.report(
                at: text.place, "'\(text.value)' is not an address that can be fetched",
                suggestion: "write https://… or http://…")
        }
    }
}
