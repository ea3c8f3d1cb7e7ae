import Foundation
import HostSystem
import SystemPackage
import Testing

struct FilesTests {
    @Test func replacesAFileInOneStepAndLeavesNoPart() async throws {
        try await withScratchFolder(in: "/tmp", prefix: "if-files") { folder in
            let file = folder.appending("file")
            try file.writeAtomically("old".utf8)
            try file.writeAtomically("new".utf8, mode: .privateFile)
            #expect(try file.readText() == "new")
            #expect(folder.folderEntries == ["file"])
            let mode = try FileManager.default.attributesOfItem(atPath: file.string)[.posixPermissions] as? Int
            #expect(mode == 0o600)
        }
    }

    @Test func leavesNoPartWhenTheTargetCannotBeReplaced() async throws {
        try await withScratchFolder(in: "/tmp", prefix: "if-files") { folder in
            try folder.appending("target/inside").createFolder()
            #expect(throws: (any Error).self) { try folder.appending("target").writeAtomically("x".utf8) }
            #expect(folder.folderEntries == ["target"])
        }
    }

    @Test func isRenamedToABareName() throws {
        let (old, new) = (FilePath("if-files-\(String.randomHex(digits: 8))"), FilePath("if-files-\(getpid())"))
        defer { try? new.remove() }
        try old.write("x".utf8)
        try old.rename(to: new)
        try new.writeAtomically("y".utf8)
        #expect(try new.readText() == "y")
        #expect(!old.exists)
    }

    @Test func tellsARegularFileFromALinkToIt() async throws {
        try await withScratchFolder(in: "/tmp", prefix: "if-files") { folder in
            let (file, link) = (folder.appending("file"), folder.appending("link"))
            try file.write("x".utf8)
            try FileManager.default.createSymbolicLink(atPath: link.string, withDestinationPath: "file")
            #expect(file.isRegularFile && !file.isLink)
            #expect(link.isLink && !link.isRegularFile)
            #expect(!folder.isRegularFile && !folder.appending("nothing").isRegularFile)
            #expect(throws: Errno.tooManySymbolicLinkLevels) { try link.readBytes(options: [.noFollow]) }
        }
    }

    @Test func refusesToReadMoreThanTheLimit() async throws {
        try await withScratchFolder(in: "/tmp", prefix: "if-files") { folder in
            let file = folder.appending("file")
            try file.write([UInt8](repeating: 1, count: 100_001))
            #expect(throws: FileTooLargeError.self) { try file.readBytes(limit: ByteCount(100_000)) }
            #expect(try file.readBytes(limit: ByteCount(100_001)).count == 100_001)
        }
    }

    @Test func givesTheTailOfALongFileAndAllOfAShortOne() async throws {
        try await withScratchFolder(in: "/tmp", prefix: "if-files") { folder in
            let file = folder.appending("file")
            try file.write("0123456789".utf8)
            #expect(try file.readTail(3) == Array("789".utf8))
            #expect(try file.readTail(30) == Array("0123456789".utf8))
        }
    }

    @Test func makesAFolderWithItsParentsWhateverTheMask() async throws {
        try await withScratchFolder(in: "/tmp", prefix: "if-files") { folder in
            let path = folder.pushing("one/two")
            try path.createFolder(mode: .privateFolder)
            try path.createFolder()
            #expect(path.isFolder)
            let mode = try FileManager.default.attributesOfItem(atPath: path.string)[.posixPermissions] as? Int
            #expect(mode == 0o700)
        }
    }

    @Test func saysWhichFolderCannotBeMadeAndWhy() async throws {
        try await withScratchFolder(in: "/tmp", prefix: "if-files") { folder in
            let file = folder.appending("file")
            try file.write("x".utf8)
            let error = #expect(throws: FolderError.self) { try file.appending("inside").createFolder() }
            #expect(error?.description == "the folder \(file) cannot be made: File exists")
        }
    }

    @Test func removesALinkAndNotWhatItPointsTo() async throws {
        try await withScratchFolder(in: "/tmp", prefix: "if-files") { folder in
            try folder.appending("kept").write("x".utf8)
            let link = folder.appending("link")
            try FileManager.default.createSymbolicLink(
                atPath: link.string, withDestinationPath: folder.appending("kept").string)
            try link.remove()
            #expect(folder.folderEntries == ["kept"])
            try folder.appending("nothing").remove()
        }
    }
}
