import Foundation
import HostSystem
import SystemPackage
import Testing

@testable import Stages

struct UploadTests {
    @Test func namesEveryFileWithItsPermissions() async throws {
        try await withFolder { folder in
            let digests = try await Upload(from: folder).digests()
            #expect(
                digests == [
                    "etc/ 755": Digest.of(""), "etc/motd 644": Digest.of("hello\n"),
                    "etc/empty/ 755": Digest.of(""), "etc/run 755": Digest.of("#!/bin/sh\n"),
                    "etc/link -> motd": Digest.of("motd"),
                ])
        }
    }

    @Test func isTheSameWhereverItLies() async throws {
        let one = try await withFolder { try await Upload(from: $0).digests() }
        let other = try await withFolder { try await Upload(from: $0).digests() }
        #expect(one == other)
    }

    @Test(arguments: Change.allCases)
    func notices(change: Change) async throws {
        try await withFolder { folder in
            let before = try await Upload(from: folder).digests()
            try change.make(in: folder)
            #expect(try await Upload(from: folder).digests() != before)
        }
    }

    /// What can change in the folder.
    enum Change: String, CaseIterable {
        case content, permissions, name, newFile, removedFile, linkTarget, fileBecomesLink, folderPermissions, newFolder

        func make(in folder: FilePath) throws {
            let motd = folder.pushing("etc/motd")
            let link = folder.pushing("etc/link")
            switch self {
            case .content: try motd.write("Hello\n".utf8)
            case .permissions: chmod(motd.string, 0o600)
            case .name: try motd.rename(to: folder.pushing("etc/issue"))
            case .newFile: try folder.pushing("etc/new").write("".utf8)
            case .removedFile: try motd.remove()
            case .linkTarget:
                try link.remove()
                symlink("run", link.string)
            case .fileBecomesLink:
                try motd.remove()
                symlink("run", motd.string)
            case .folderPermissions: chmod(folder.pushing("etc/empty").string, 0o700)
            case .newFolder: try folder.pushing("etc/other").createFolder()
            }
        }
    }

    @Test func doesNotFollowLinksOutOfTheFolder() async throws {
        try await withFolder { folder in
            symlink("/usr/share", folder.appending("share").string)
            symlink("/nonexistent", folder.appending("dangling").string)
            let digests = try await Upload(from: folder).digests()
            #expect(digests["share -> /usr/share"] == Digest.of("/usr/share"))
            #expect(digests["dangling -> /nonexistent"] == Digest.of("/nonexistent"))
            #expect(digests.count == 7)
        }
    }

    @Test func noticesContentAndPermissionsOfASingleFile() async throws {
        try await withFolder { folder in
            let file = folder.pushing("etc/motd")
            let first = try await Upload(from: file).digests()
            #expect(first == ["motd 644": Digest.of("hello\n")])
            chmod(file.string, 0o600)
            let second = try await Upload(from: file).digests()
            #expect(second != first)
            try file.write("Hello\n".utf8)
            #expect(try await Upload(from: file).digests() != second)
        }
    }

    @Test func leavesTheFoldersOnItsWayAsTheyAre() async throws {
        try await withFolder { folder in
            let target = folder.removingLastComponent().appending("root")
            let there = target.appending("etc")
            try there.createFolder()
            chmod(there.string, 0o700)
            let time = Date(timeIntervalSince1970: 1_000_000_000)
            try FileManager.default.setAttributes([.modificationDate: time], ofItemAtPath: target.string)
            try await unpack(Upload(from: folder), to: target, as: "folder")
            #expect(try there.appending("motd").readBytes() == Array("hello\n".utf8))
            #expect(try permissions(of: there) == 0o700)
            #expect(try permissions(of: there.appending("run")) == 0o755)
            let attributes = try FileManager.default.attributesOfItem(atPath: target.string)
            #expect(attributes[.modificationDate] as? Date == time)
        }
    }

    @Test func readsTheFolderThatALinkPointsTo() async throws {
        try await withFolder { folder in
            let link = folder.removingLastComponent().appending("link")
            symlink(folder.string, link.string)
            #expect(try await Upload(from: link).digests() == Upload(from: folder).digests())
            let target = folder.removingLastComponent().appending("root")
            try await unpack(Upload(from: link), to: target, as: "folder")
            #expect(try target.pushing("etc/motd").readBytes() == Array("hello\n".utf8))
            #expect(target.pushing("etc/link").isLink)
        }
    }

    @Test func readsTheFileThatALinkPointsToUnderTheLinksName() async throws {
        try await withFolder { folder in
            let link = folder.removingLastComponent().appending("start")
            symlink(folder.pushing("etc/run").string, link.string)
            #expect(try await Upload(from: link).digests() == ["start 755": Digest.of("#!/bin/sh\n")])
            let target = folder.removingLastComponent().appending("root")
            try await unpack(Upload(from: link), to: target, as: "folder")
            #expect(target.folderEntries == ["start"])
            try await unpack(Upload(from: link), to: target.appending("other"), as: "file")
            for file in [target.appending("start"), target.appending("other")] {
                #expect(file.isRegularFile)
                #expect(try permissions(of: file) == 0o755)
                #expect(try file.readBytes() == Array("#!/bin/sh\n".utf8))
            }
        }
    }

    @Test func mayBeLargerThanWhatIsKeptOfAProgramsOutput() async throws {
        try await withFolder { folder in
            let file = try FileDescriptor.open(
                folder.appending("large"), .writeOnly, options: [.create, .closeOnExec], permissions: .publicFile)
            try file.closeAfter { try file.resize(to: 65 << 20) }
            let archive = folder.removingLastComponent().appending("upload.tar")
            try await Upload(from: folder).archive(to: archive)
            #expect(try archive.fileSize().bytes > 65 << 20)
        }
    }

    /// Unpacks it on this host, as a guest does.
    private func unpack(_ upload: Upload, to target: FilePath, as kind: String) async throws {
        try await withScratchFolder(in: "/var/tmp", prefix: "if-upload") { scratch in
            let archive = scratch.appending("upload.tar")
            try await upload.archive(to: archive)
            try await Program.run(
                "sh", ["-c", Upload.script, "sh", archive.string, target.string, kind, "755"], deadline: .seconds(60))
            #expect(!archive.exists)
        }
    }

    private func permissions(of path: FilePath) throws -> Int? {
        let attributes = try FileManager.default.attributesOfItem(atPath: path.string)
        return (attributes[.posixPermissions] as? NSNumber)?.intValue
    }

    private func withFolder<Result>(_ body: (FilePath) async throws -> Result) async throws -> Result {
        try await TestProject.with { project in
            try project.write("hello\n", to: "files/etc/motd")
            let script = try project.write("#!/bin/sh\n", to: "files/etc/run")
            chmod(script.string, 0o755)
            let folder = project.root.appending("files")
            symlink("motd", folder.pushing("etc/link").string)
            try folder.pushing("etc/empty").createFolder()
            return try await body(folder)
        }
    }
}
