import Foundation
import HostSystem
import SystemPackage
import Testing

struct TemporaryTests {
    @Test func isAbandonedOnceItsMakerIsGone() async throws {
        try await withScratchFolder(in: "/tmp", prefix: "if-temporary") { folder in
            try await withScratchFolder(in: folder, prefix: "look") { scratch in
                #expect(Temporary.abandoned(in: folder, prefixes: ["look"]).isEmpty)
                let isRemoved = try await Temporary.removeAbandoned(scratch)
                #expect(!isRemoved && scratch.isFolder)
            }
            // What processes leave that were killed.
            let left = folder.appending("look-0123abcd")
            try left.appending("inner").createFolder()
            let file = folder.appending("run.json.0123abcd.partial")
            try file.write("half".utf8)
            #expect(Temporary.abandoned(in: folder, prefixes: ["look"]) == [left, file])
            #expect(Temporary.abandoned(in: folder) == [file])
            for path in [left, file] { #expect(try await Temporary.removeAbandoned(path)) }
            #expect(folder.folderEntries.isEmpty)
            #expect(try await !Temporary.removeAbandoned(left))
        }
    }

    @Test(arguments: [
        "look", "look-", "look-0123abc", "look-0123abcde", "look-0123ABCD", "look-0123abcd-x", "other-0123abcd",
        "xlook-0123abcd", "run.json", "run.json.partial", "run.json.0123abc.partial", ".0123abcd.partial",
        "run.json.0123abcd.partial-run", "run.json.0123abcd.partial.old",
    ])
    func isKnownByItsName(name: String) async throws {
        try await withScratchFolder(in: "/tmp", prefix: "if-temporary") { folder in
            try folder.appending(name).createFolder()
            #expect(Temporary.abandoned(in: folder, prefixes: ["look"]).isEmpty)
        }
    }

    @Test func endsTheProgramsThatStillWorkInIt() async throws {
        try await withScratchFolder(in: "/tmp", prefix: "if-temporary") { folder in
            let left = folder.appending("look-0123abcd")
            try left.createFolder()
            let program = Task {
                try await Program.$owners.withValue([left]) {
                    try await Program.run("sleep", ["1000"], deadline: .seconds(60))
                }
            }
            _ = try await poll(every: .milliseconds(10), deadline: .seconds(10), for: "sleep") {
                OwnedProcesses(of: left).running.first
            }
            #expect(try await Temporary.removeAbandoned(left))
            await #expect(throws: ProgramError.self) { try await program.value }
        }
    }

    @Test func isNotLeftByAFileThatCannotBeLocked() async throws {
        try await withScratchFolder(in: "/tmp", prefix: "if-temporary") { folder in
            guard chmod(folder.string, 0o777) == 0 else { throw Errno(rawValue: errno) }
            try asNobody {
                // A lock takes the right to read.
                #expect(throws: Errno.permissionDenied) { try folder.appending("file").writeAtomically([1], mode: []) }
            }
            #expect(folder.folderEntries.isEmpty)
        }
    }

    /// Runs `body` with no more rights to files than an ordinary account has; for this thread alone.
    private func asNobody(_ body: () -> Void) throws {
        // `setfsuid(2)`, which the system's module leaves out.
        let function = try #require(dlsym(nil, "setfsuid"))
        let setRights = unsafeBitCast(function, to: (@convention(c) (uid_t) -> CInt).self)
        let own = geteuid()
        _ = setRights(own == 0 ? 65534 : own)
        defer { _ = setRights(own) }
        body()
    }

    @Test func isNotLeftByAFileThatIsWritten() async throws {
        try await withScratchFolder(in: "/tmp", prefix: "if-temporary") { folder in
            let file = folder.appending("file")
            try file.writeAtomically("one".utf8)
            try file.writeAtomically("two".utf8)
            #expect(try file.readText() == "two")
            try file.createAtomically("three".utf8, mode: .privateFile)
            #expect(try file.readText() == "two")
            try folder.appending("fresh").createAtomically("four".utf8, mode: .privateFile)
            #expect(try folder.appending("fresh").readText() == "four")
            #expect(folder.folderEntries == ["file", "fresh"])
        }
    }
}
