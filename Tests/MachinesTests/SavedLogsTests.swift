import Foundation
import HostSystem
import SystemPackage
import Testing

@testable import Machines

struct SavedLogsTests {
    @Test(.timeLimit(.minutes(1))) func takeRegularFilesAlone() async throws {
        try await withScratchFolder(in: "/tmp", prefix: "if-logs") { folder in
            let (saved, target) = (folder.appending("saved"), folder.appending("target"))
            try saved.appending("log").createFolder()
            try saved.appending("journal").createFolder()
            try saved.pushing("log/install.log").write("it said so\n".utf8)
            let own = folder.appending("own.txt")
            try own.write("the host's".utf8)
            for place in ["log", "journal"] {
                let place = saved.appending(place)
                try #require(mkfifo(place.appending("pipe.journal").string, 0o644) == 0)
                for (name, goal) in [("link.log", own), ("folder", folder), ("host.journal", own)] {
                    try FileManager.default.createSymbolicLink(
                        atPath: place.appending(name).string, withDestinationPath: goal.string)
                }
            }
            // One that reads as empty, where this account may make devices.
            mknod(saved.pushing("log/null").string, S_IFCHR | 0o600, 0x103)
            chmod(saved.appending("log").string, 0o500)
            try await SavedLogs(folder: saved, redactor: Redactor([])).move(to: target)
            #expect(target.folderEntries == ["log"])
            #expect(target.appending("log").folderEntries == ["install.log"])
            #expect(try target.pushing("log/install.log").readText() == "it said so\n")
        }
    }

    @Test func takeNoMoreThanTheirLimitTogether() async throws {
        try await withScratchFolder(in: "/tmp", prefix: "if-logs") { folder in
            let (saved, target) = (folder.appending("saved"), folder.appending("target"))
            try saved.createFolder()
            for index in 0..<4 {
                try saved.appending("\(index).log").write([UInt8](repeating: 1, count: 40_000))
                try saved.appending("\(index).mark").write([])
            }
            try await SavedLogs(folder: saved, redactor: Redactor([]), room: ByteCount(90_000)).move(to: target)
            #expect(target.folderEntries == ["0.log", "0.mark", "1.log", "1.mark"])
        }
    }
}
