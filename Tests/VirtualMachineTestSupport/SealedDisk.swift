import Foundation
import HostSystem
import Machines
package import SystemPackage
import Testing

/// A sealed disk, read offline by guestfish.
package struct SealedDisk: Sendable {
    let image: FilePath

    /// The disk in an image file.
    package init(_ image: FilePath) {
        self.image = image
    }

    /// Expects that nothing of the one system that was built is left.
    package func expectSealed(lab: Lab) async throws {
        let facts = try await read(
            [
                "filesize /etc/machine-id", "glob ls /etc/ssh/ssh_host_*", "ls /var/lib/systemd", "ls /var/lib/cloud",
                "ls /root", "ls /root/.ssh", "ls /var/log/journal", "ls /etc/systemd/system", "cat /etc/shadow",
                "ls /tmp", "ls /etc",
            ])
        #expect(facts["filesize /etc/machine-id"] == "0")
        #expect(facts["glob ls /etc/ssh/ssh_host_*"] == "")
        #expect(facts["ls /var/lib/systemd"]?.contains("random-seed") == false)
        for name in ["instance", "instances", "data", "sem"] {
            #expect(facts["ls /var/lib/cloud"]?.split(separator: "\n").contains(Substring(name)) != true)
        }
        #expect(facts["ls /root"]?.contains("kldload") == false)
        #expect(facts["ls /root"]?.contains("history") == false)
        #expect(facts["ls /root/.ssh"] == "")
        #expect(facts["ls /var/log/journal"] == "")
        #expect(facts["ls /etc/systemd/system"]?.contains("imagefactory") == false)
        #expect(facts["ls /etc"]?.contains("imagefactory") == false)
        #expect(facts["ls /tmp"] == "")
        let account = facts["cat /etc/shadow"]?.split(separator: "\n").first { $0.hasPrefix("admin:") }
        let fields = try #require(account).split(separator: ":", omittingEmptySubsequences: false)
        #expect(fields[1].hasPrefix("!"), "the build account's password is locked")
    }

    /// Expects that `bytes` stand nowhere on the disk, in use or free.
    package func expectNowhere(_ text: String) async throws {
        try await withScratchFolder(in: "/var/tmp", prefix: "if-raw") { folder in
            let raw = folder.appending("disk.raw")
            try await Program.run(
                "qemu-img", ["convert", "-O", "raw", image.string, raw.string], deadline: .seconds(600))
            let found = try? await Program.run(
                "grep", ["--quiet", "--text", "--fixed-strings", "--file=-", raw.string], input: Array(text.utf8),
                deadline: .seconds(600))
            #expect(found == nil, "the secret stands on the disk")
        }
    }

    /// What each of guestfish's commands prints; empty for one that fails.
    package func read(_ commands: [String]) async throws -> [String: String] {
        let script = commands.map { "echo ==\($0)\n-\($0)\n" }.joined()
        let output = try await Guestfish.run(
            ["--ro", "--format=qcow2", "-a", image.string, "-i"], input: Array(script.utf8), accelerator: .tcg,
            deadline: .seconds(300)
        ).text
        var facts: [String: String] = [:]
        for part in output.components(separatedBy: "==").dropFirst() {
            let lines = part.split(separator: "\n", omittingEmptySubsequences: false)
            facts[String(lines[0])] = lines.dropFirst().joined(separator: "\n").trimmingCharacters(in: .newlines)
        }
        return facts
    }
}
