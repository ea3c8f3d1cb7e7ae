import Foundation
import HostSystem
import Machines
import SystemPackage
import Testing

struct GuestfishTests {
    /// As root, libguestfs makes a folder in /tmp whatever it is told: killed, it would leave it there.
    @Test(.enabled(if: geteuid() == 0, "other accounts' folders are where libguestfs is told to make them"))
    func hasATemporaryFolderOfItsOwn() async throws {
        let name = "guestfish-\(String.randomHex(digits: 12))"
        let commands = "!touch /tmp/\(name) && ls /tmp\n"
        let output = try await Guestfish.run(
            [], input: Array(commands.utf8), accelerator: .tcg, deadline: .seconds(60))
        #expect(output.text == name)
        #expect(!FilePath("/tmp/\(name)").exists)
    }

    @Test func seesADiskInTheSharedTemporaryFolder() async throws {
        try await withScratchFolder(in: "/tmp", prefix: "if-test") { folder in
            let disk = folder.appending("disk.raw")
            try disk.write("what is on the disk".utf8)
            let output = try await Guestfish.run(
                ["--ro", "--format=raw", "-a", disk.string], input: Array("!cat \(disk)\n".utf8), accelerator: .tcg,
                deadline: .seconds(60))
            #expect(output.text == "what is on the disk")
        }
    }
}
