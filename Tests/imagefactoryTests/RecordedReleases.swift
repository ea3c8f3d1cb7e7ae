import Foundation
import HostSystem
import SystemPackage

/// Two releases of a template, each with an inventory and a manifest, in a folder of their own.
struct RecordedReleases {
    /// The folder that they are in.
    let folder: FilePath
    /// The earlier one.
    var old: FilePath { folder.appending("v1.0.0") }
    /// The later one.
    var new: FilePath { folder.appending("v1.1.0") }

    /// Lends the releases.
    static func with(_ body: (RecordedReleases) async throws -> Void) async throws {
        let folder = FilePath("/tmp/if-releases-\(String.randomHex(digits: 12))")
        defer { try? folder.remove() }
        let releases = RecordedReleases(folder: folder)
        try releases.write(releases.old, version: "v1.0.0", package: "1.9-1", mode: "0644")
        try releases.write(releases.new, version: "v1.1.0", package: "1.10-1", mode: "0600")
        try await body(releases)
    }

    private func write(_ release: FilePath, version: String, package: String, mode: String) throws {
        try release.createFolder()
        let inventory = """
            {"schema": 1, "modified": 1780000000, "system": {"id": "debian", "versionID": "13", "prettyName": "Debian 13", "architecture": "amd64"},
             "packages": [{"kind": "deb", "name": "tool", "version": "\(package)", "architecture": "amd64",
                           "source": "tool", "licences": ["Expat"]}],
             "files": [{"path": "/etc/secret", "kind": "file", "mode": "\(mode)", "user": 0, "group": 0, "size": 3,
                        "sha256": "\(Digest.of("x").hex)"}],
             "boot": {"kernels": [], "loaders": [], "firmware": []}, "accounts": [], "groups": [], "units": []}
            """
        let manifest = """
            {"schema": 1, "template": "web", "summary": "", "version": "\(version)", "keys": {}, "tools": {},
             "sboms": {},
             "images": [{"format": "raw", "file": "web-\(version).raw", "size": 5, "virtualSize": 5,
                         "sha256": "\(Digest.of(version).hex)"}],
             "medium": {"name": "kldload 1.5.0 x86_64", "version": "1.5.0", "sha256": "\(Digest.of("iso").hex)"}}
            """
        try release.appending("inventory.json").write(inventory.utf8)
        try release.appending("manifest.json").write(manifest.utf8)
    }
}
