import HostSystem
import Testing

@testable import Attestation

struct FileChangesTests {
    private let file = InstalledFile(
        path: "/usr/bin/su", kind: .file, mode: "4755", size: 3, sha256: Digest.of("one"), package: "util-linux")

    private func change(_ edit: (inout InstalledFile) -> Void) -> FileChanges.Difference? {
        var other = file
        edit(&other)
        return FileChanges(from: [file], to: [other]).changed.first
    }

    @Test func saysInWhatAFileDiffersAndInNothingElse() throws {
        let content = try #require(change { $0.sha256 = Digest.of("two") })
        #expect(content.content == Change(from: Digest.of("one"), to: Digest.of("two")))
        #expect(content.mode == nil && content.owner == nil && content.kind == nil && content.target == nil)
        #expect(change { $0.mode = "0755" }?.mode == Change(from: "4755", to: "0755"))
        #expect(change { $0.user = 1000 }?.owner == Change(from: "0:0", to: "1000:0"))
        #expect(change { $0.group = 42 }?.owner == Change(from: "0:0", to: "0:42"))
        #expect(change { $0.size = 4 } == nil)
        #expect(change { $0.package = nil } == nil)
    }

    @Test func saysThatAFileBecameALinkWithoutMoreWords() throws {
        let link = try #require(
            change {
                $0.kind = .link
                $0.sha256 = nil
                $0.target = "busybox"
            })
        #expect(link.kind == Change(from: .file, to: .link))
        #expect(link.content == nil && link.target == nil)
        let old = InstalledFile(path: "/etc/localtime", kind: .link, mode: "0777", target: "UTC")
        var new = old
        new.target = "CET"
        #expect(FileChanges(from: [old], to: [new]).changed.first?.target == Change(from: "UTC", to: "CET"))
    }

    @Test func gathersWhatCameWithAFolder() {
        func item(_ path: String, _ kind: InstalledFile.Kind = .file) -> InstalledFile {
            InstalledFile(path: path, kind: kind, mode: "0755")
        }
        // '-' and '.' sort before '/', so the folders' contents are not side by side in a plain list.
        let changes = FileChanges(
            from: [item("/opt", .folder)],
            to: [
                item("/opt", .folder), item("/opt/app", .folder), item("/opt/app-1"), item("/opt/app/a"),
                item("/opt/app/lib", .folder), item("/opt/app/lib/b"), item("/opt/app.old"), item("/opt/app2", .folder),
            ])
        #expect(changes.listed == ["+ /opt/app/ and 3 below it", "+ /opt/app-1", "+ /opt/app.old", "+ /opt/app2/"])
    }

    @Test func partsWhatPackagesExplain() {
        var other = file
        other.mode = "0755"
        let stray = InstalledFile(path: "/etc/x", kind: .file, mode: "0644")
        let changes = FileChanges(from: [file], to: [other, stray])
        let (inside, outside) = changes.parted(by: ["util-linux"])
        #expect(inside.changed.map(\.path) == ["/usr/bin/su"] && inside.added.isEmpty)
        #expect(outside.added.map(\.path) == ["/etc/x"] && outside.changed.isEmpty)
        #expect(changes.parted(by: ["bash"]).inside.isEmpty)
    }

    /// Folders have no package of their own.
    @Test func givesAPackageTheFoldersThatCameWithIt() {
        let items = [
            InstalledFile(path: "/lib/a", kind: .folder, mode: "0755"),
            InstalledFile(path: "/lib/a/b", kind: .folder, mode: "0755"),
            InstalledFile(path: "/lib/a/b/c.ko", kind: .file, mode: "0644", package: "linux"),
            InstalledFile(path: "/lib/mixed", kind: .folder, mode: "0755"),
            InstalledFile(path: "/lib/mixed/d.ko", kind: .file, mode: "0644", package: "linux"),
            InstalledFile(path: "/lib/mixed/stray", kind: .file, mode: "0644"),
            InstalledFile(path: "/lib/empty", kind: .folder, mode: "0755"),
        ]
        let (inside, outside) = FileChanges(from: [], to: items).parted(by: ["linux"])
        #expect(inside.added.map(\.path) == ["/lib/a", "/lib/a/b", "/lib/a/b/c.ko", "/lib/mixed/d.ko"])
        #expect(outside.added.map(\.path) == ["/lib/empty", "/lib/mixed", "/lib/mixed/stray"])
    }
}
