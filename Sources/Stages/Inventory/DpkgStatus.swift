internal import Attestation

/// dpkg's database of packages, `/var/lib/dpkg/status`.
enum DpkgStatus {
    /// Its place in a system.
    static let path = "/var/lib/dpkg/status"

    /// The packages that are unpacked or installed; what was removed and left its configuration is none.
    static func packages(of bytes: [UInt8]) -> [InstalledPackage] {
        ControlFile.paragraphs(of: bytes).compactMap { fields in
            guard let name = fields.line("package"), let version = fields.line("version"),
                let state = fields.line("status")?.split(separator: " ").last,
                state != "not-installed", state != "config-files"
            else { return nil }
            let source = source(fields.line("source"))
            return InstalledPackage(
                kind: .deb, name: name, version: version, architecture: fields.line("architecture") ?? "",
                source: source?.name, sourceVersion: source?.version, maintainer: fields.line("maintainer"),
                homepage: fields.line("homepage"), summary: fields.line("description"))
        }
    }

    /// `NAME` or `NAME (VERSION)`.
    private static func source(_ field: String?) -> (name: String, version: String?)? {
        guard let field, let name = field.split(separator: " ").first else { return nil }
        let version = field.dropFirst(name.count).filter { !" ()".contains($0) }
        return (String(name), version.isEmpty ? nil : String(version))
    }
}
