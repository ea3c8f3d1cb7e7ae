import HostSystem
import SystemPackage
import Testing

@testable import ContinuousIntegration

struct GeneratedFileTests {
    private let file = GeneratedFile("a/b.yml", body: "name: x\n", command: "ci generate github")

    @Test func knowsWhatItWroteFromWhatOthersDid() async throws {
        try await withScratchFolder(in: "/var/tmp", prefix: "if-ci") { folder in
            #expect(try file.state(in: folder) == .missing)
            try file.write(in: folder)
            #expect(try file.state(in: folder) == .current)
            let path = folder.appending("a/b.yml")
            let other = GeneratedFile("a/b.yml", body: "name: y\n", command: "ci generate github --runner a")
            #expect(try other.state(in: folder) == .outdated)
            let text = try path.readText()
            for edited in [text + "# mine\n", text.replacing("name: x", with: "name: z")] {
                try path.write(edited.utf8)
                #expect(try file.state(in: folder) == .edited)
            }
            for foreign in ["name: x\n", "", "\0", "# imagefactory\n"] {
                try path.write(foreign.utf8)
                #expect(try file.state(in: folder) == .foreign)
            }
        }
    }

    @Test func leavesTheFirstLineToTheShell() async throws {
        let hook = GeneratedFile("update", body: "#!/bin/bash\nexit 1\n", command: "ci generate hook")
        #expect(hook.text.hasPrefix("#!/bin/bash\n# Made by 'imagefactory ci generate hook'."))
        #expect(hook.text.hasSuffix("\nexit 1\n"))
        try await withScratchFolder(in: "/var/tmp", prefix: "if-ci") { folder in
            try hook.write(in: folder)
            #expect(try hook.state(in: folder) == .current)
            let mode = try await Program.run(
                "stat", ["-c", "%a", folder.appending("update").string], deadline: .seconds(10))
            #expect(mode.text == "755")
        }
    }
}
