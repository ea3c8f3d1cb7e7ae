import HostSystem
import Machines
import SealTestSupport
import SystemPackage
import Testing

@testable import Stages

/// Most of these start libguestfs's small machine, which takes half a minute under emulation.
@Suite(.serialized)
struct OfflineSealTests {
    private static let account = SealedAccount(name: "admin", hasKey: false, rootHasKey: false, rootHasPassword: false)

    @Test func sealsADiskFileWhole() async throws {
        try await withScratchFolder(in: "/var/tmp", prefix: "if-offline") { folder in
            let disk = try await dirtyDisk(in: folder)
            let report = try await OfflineSeal(
                SealCatalog.operations(of: .joined), account: Self.account, accelerator: .tcg
            ).seal(disk)
            let outcomes = Dictionary(uniqueKeysWithValues: report.operations.map { ($0.name, $0.outcome) })
            for name in ["machine-id", "ssh-host-keys", "temporary-files", "accounts", "selinux-relabel"] {
                #expect(outcomes[name] == .done, "\(name)")
            }
            #expect(outcomes["zfs-snapshots"] == .notHere)
            #expect(outcomes["tailscale"] == .nothingToDo)
            #expect(try await text(of: "/etc/machine-id", on: disk) == "")
            #expect(try await text(of: "/tmp/token", on: disk) == "")
            #expect(try await text(of: "/etc/kept", on: disk) == "kept")
            #expect(folder.folderEntries == ["disk.raw"])
            try await Program.run("e2fsck", ["-fn", disk.string], deadline: .seconds(120))
            let found = try? await Program.run(
                "grep", ["-qa", "token-of-the-build", disk.string], deadline: .seconds(60))
            #expect(found == nil, "what was removed is zeros")
        }
    }

    @Test func leavesTheDiskAsItIsWhenAnOperationFails() async throws {
        try await withScratchFolder(in: "/var/tmp", prefix: "if-offline") { folder in
            let disk = try await dirtyDisk(in: folder)
            let before = try await Digest.of(file: disk)
            let fault = SealOperation(
                name: "fault", profile: .minimal, moment: .shutdown, summary: "does nothing", reason: "It is a test.",
                script: "rm /etc/machine-id; echo no luck >&2; false")
            let error = await #expect(throws: SealError.self) {
                try await OfflineSeal([.temporaryFiles, fault], account: Self.account, accelerator: .tcg).seal(disk)
            }
            #expect(error?.operation == "fault")
            #expect(error?.output == ["no luck"])
            #expect(try await Digest.of(file: disk) == before)
            #expect(folder.folderEntries == ["disk.raw"])
        }
    }

    @Test func saysThatThereIsNoSystem() async throws {
        try await TestProject.with { project in
            let disk = try await project.disk()
            let error = await #expect(throws: SealedDiskError.self) {
                try await OfflineSeal([.machineID], account: .undeclared, accelerator: .tcg).seal(disk)
            }
            #expect("\(try #require(error))".contains("no system is on \(disk)"))
        }
    }

    @Test func refusesFormatsThatAreNotChangedInPlace() async throws {
        try await TestProject.with { project in
            let disk = project.root.appending("disk.vmdk")
            try await Program.run(
                "qemu-img", ["create", "-q", "-f", "vmdk", "-o", "subformat=streamOptimized", disk.string, "8M"],
                deadline: .seconds(60))
            await #expect(throws: SealedDiskError.self) {
                try await OfflineSeal([.machineID], account: .undeclared, accelerator: .tcg).seal(disk)
            }
        }
    }

    @Test func refusesASystemOfWhichAPartIsNotMounted() throws {
        let text = """
            mounted\t/\t/dev/sda1\text4
            left\t/srv\tUUID=1 is not on the disk
            imagefactory-seal: done
            sealed

            """
        let seal = OfflineSeal([], account: .undeclared, accelerator: .tcg)
        let error = #expect(throws: SealedDiskError.self) { try seal.report(from: text, disk: "/disk.raw") }
        let description = error?.description ?? ""
        #expect(description.contains("/disk.raw would be sealed in part alone: not /srv (UUID=1 is not on the disk);"))
        let whole = text.replacing("left", with: "mounted")
        #expect(try seal.report(from: whole, disk: "/disk.raw").operations.isEmpty)
    }

    /// A disk of one file system with the lab's system and a few traces on it.
    private func dirtyDisk(in folder: FilePath) async throws -> FilePath {
        try await DirtySystem.with { system in
            let disk = folder.appending("disk.raw")
            try system.write("0123456789abcdef0123456789abcdef\n", to: "etc/machine-id")
            try system.write("private\n", to: "etc/ssh/ssh_host_ed25519_key")
            try system.write("token-of-the-build\n", to: "tmp/token")
            try system.write("SELINUX=enforcing\n", to: "etc/selinux/config")
            try system.write("kept\n", to: "etc/kept")
            try system.write("root:$6$salt$hash:20000:0:99999:7:::\n", to: "etc/shadow")
            try await system.makeDisk(disk)
            return disk
        }
    }

    private func text(of path: String, on disk: FilePath) async throws -> String {
        try await Program.run("debugfs", ["-R", "cat \(path)", disk.string], deadline: .seconds(60)).text
    }
}
