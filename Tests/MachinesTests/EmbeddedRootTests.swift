import HostSystem
import SystemPackage
import Testing

@testable import Machines

struct EmbeddedRootTests {
    @Test func keepsTheNewestCapabilitiesForTheNextRoot() async throws {
        try await withScratchFolder(in: "/tmp", prefix: "if-root") { folder in
            func root(_ name: String) throws -> EmbeddedRoot {
                let root = EmbeddedRoot(
                    folder: folder.appending(name), user: try #require(QEMUUser.current()),
                    cache: folder.appending("cache"))
                try root.prepare()
                return root
            }
            func found(_ name: String) -> FilePath {
                folder.appending(name).pushing("cache/qemu/capabilities/emulator.xml")
            }
            for version in ["old", "new"] {
                let root = try root(version)
                try found(version).removingLastComponent().createFolder()
                try found(version).writeAtomically(version.utf8)
                try root.keepCapabilities()
                // What a root has of its own is newer than what is kept.
                try found(version).writeAtomically("\(version), asked again".utf8)
                try root.prepare()
                #expect(try found(version).readText() == "\(version), asked again")
            }
            _ = try root("next")
            #expect(try found("next").readText() == "new")
        }
    }
}
