import Foundation
import HostSystem
import Machines
package import SystemPackage
import Testing

extension SealedDisk {
    /// Lines of the listing that virt-sysprep may remove from a sealed disk, each with why it is there.
    private static let allowed: [(pattern: String, reason: String)] = [
        ("/var/log/.+", "the seal empties log files: programs find them with their owner and mode"),
        ("/etc/machine-id\\tf\\t0\\t", "it is empty; without it the next boot is an unconfigured system's"),
        ("/var/cache/apt/archives/lock\\tf\\t0\\t", "an empty file that apt makes whenever it runs"),
        ("/home/[^/]+/\\.ssh(/authorized_keys)?\\t.*", "a key that the recipe put there for its own account"),
    ]

    /// Expects that a script, run by the system's own shell over its disk, prints nothing, and that virt-sysprep's standard
    /// operations find nothing to remove.
    ///
    /// - Parameter folder: Where an overlay may lie that virt-sysprep changes.
    package func expectSealed(lab: Lab, looking: String, in folder: FilePath) async throws {
        let overlay = folder.appending("sysprep.qcow2")
        try await Program.run(
            "qemu-img", ["create", "-q", "-f", "qcow2", "-F", "qcow2", "-b", image.string, overlay.string],
            deadline: .seconds(60))
        let looking = "mount -t tmpfs tmpfs /run\n(\n\(looking)\n)"
        let first = try await shell([looking, Self.listing], over: overlay)
        #expect(first.contains("== 1"), "the disk was not looked at")
        let parts = first.components(separatedBy: "== 1\n")
        #expect(parts[0].split(separator: "\n") == ["== 0"])
        try await Program.run(
            "virt-sysprep", ["--quiet", "--no-network", "--format", "qcow2", "-a", overlay.string],
            environment: ["LIBGUESTFS_BACKEND": "direct", "LIBGUESTFS_BACKEND_SETTINGS": "force_tcg"],
            deadline: .seconds(600))
        let second = try await shell([Self.listing], over: overlay)
        let before = Set(parts[1].split(separator: "\n"))
        let after = Set(second.split(separator: "\n"))
        let unexplained = try before.subtracting(after).filter { line in
            try !Self.allowed.contains { try Regex($0.pattern).wholeMatch(in: line) != nil }
        }
        #expect(unexplained == [])
    }

    /// Files with what tells whether they changed.
    private static let listing = "find / -xdev -path /run -prune -o ! -type d -printf '%p\\t%y\\t%s\\t%l\\n'"

    /// What shell scripts print that run on the disk, each behind a line with its number.
    private func shell(_ scripts: [String], over disk: FilePath) async throws -> String {
        try await withScratchFolder(in: "/var/tmp", prefix: "if-look") { folder in
            var commands: [String] = []
            for (index, script) in scripts.enumerated() {
                let (file, copy) = (folder.appending("\(index).sh"), "/run/look-\(index).sh")
                try file.write(script.utf8)
                // A line of guestfish's own is too short for a script.
                commands += ["echo == \(index)", "upload \(file) \(copy)", "sh \"sh \(copy)\""]
            }
            return try await Guestfish.run(
                ["--format=qcow2", "-a", disk.string, "-i"], input: Array(commands.joined(separator: "\n").utf8),
                accelerator: .tcg, deadline: .seconds(300)
            ).text + "\n"
        }
    }
}
