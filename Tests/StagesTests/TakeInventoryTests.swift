import Attestation
import Foundation
import HostSystem
import Machines
import Pipeline
import SystemPackage
import Testing

@testable import Stages

/// A system whose packages dpkg and rpm installed, and what they themselves say of it.
@Suite(.serialized)
struct TakeInventoryTests {
    /// The scripts need no small machine to look at a folder.
    @Test func listsWhatDpkgAndRPMAndSystemdSayOfAFolder() async throws {
        try await withTree { tree, folder in
            let inventory = try await collect(tree.root, in: folder)
            try await expectEverything(of: tree, in: inventory)
            #expect(inventory.boot.loaders.isEmpty)
        }
    }

    /// Starts libguestfs's small machine twice: once for the layer that leaves out what is free, and once for itself.
    @Test func listsWhatIsOnADiskAndLeavesTheDiskAsItIs() async throws {
        try await TestProject.with { project in
            let folder = project.root.appending("system")
            let tree = try SystemTree(in: folder)
            try await tree.make()
            let disk = try await makeDisk(of: tree, in: folder)
            let before = try await Digest.of(file: disk)
            let layer = try project.work(disk: disk)
            try await ReclaimSpace { .tcg }.run(layer)
            let work = try project.work(disk: layer.folder.appending("disk.qcow2"))
            try await TakeInventory { throw Unwanted() }.run(work)
            let json = try work.folder.appending("inventory.json").readBytes()
            let alone = try project.work(disk: disk)
            try await TakeInventory { .tcg }.run(alone)
            #expect(try alone.folder.appending("inventory.json").readBytes() == json)
            let inventory = try JSONDecoder().decode(Inventory.self, from: Data(json))
            try await expectEverything(of: tree, in: inventory)
            #expect(inventory.boot.loaders.map(\.path) == ["/boot/efi/EFI/BOOT/BOOTX64.EFI"])
            #expect(inventory.boot.loaders.map(\.sha256) == [Digest.of("a loader")])
            #expect(try await Digest.of(file: disk) == before)
            #expect(work.folder.folderEntries == ["inventory.json"])
        }
    }

    @Test func leavesOutWhatChangedAfterAMoment() async throws {
        try await withTree { tree, folder in
            let all = try await collect(tree.root, in: folder)
            let late = tree.root.appending("etc/late")
            // The time that a file gets may lie a few milliseconds back: the kernel reads its clock now and then.
            let moment = Date().timeIntervalSince1970 - 0.05
            try late.write("late".utf8)
            let before = try await collect(tree.root, before: moment, in: folder)
            #expect(before.files.map(\.path) == all.files.map(\.path))
            #expect(try await collect(tree.root, in: folder).files.contains { $0.path == "/etc/late" })
        }
    }

    @Test(arguments: [
        ("ext4", ["part", "disk"], false), ("xfs", ["lvm", "part", "disk"], false), ("btrfs", ["disk"], false),
        ("zfs", [], true), ("ext4", ["lvm", "crypt", "part", "disk"], true), ("xfs", ["raid1", "part"], true),
        ("", [], true),
    ])
    func asksTheCloneWhereLibguestfsCannotRead(kind: String, devices: [String], isNeeded: Bool) {
        #expect(GuestInventory.isNeeded(kind: kind, devices: devices) == isNeeded)
    }

    /// Starts libguestfs's small machine.
    @Test func takesWhatTheCloneListedOfADiskThatLibguestfsCannotRead() async throws {
        try await TestProject.with { project in
            let server = try ServerDisk(in: project.root.appending("server"))
            try await server.make()
            let layer = try project.work(disk: try await server.sealed())
            try await ReclaimSpace { .tcg }.run(layer)
            let work = try project.work(disk: layer.folder.appending("disk.qcow2"))
            try await TakeInventory { throw Unwanted() }.run(work)
            let error = #expect(throws: InventoryError.self) {
                try TakeInventory.load(from: ["take-inventory": work.folder])
            }
            #expect(error?.causeName == "no-system-on-disk" && "\(error!)".contains("(ext4)"))
            let clone = Inventory(
                system: OperatingSystem(
                    id: "debian", versionID: nil, codename: nil, prettyName: "", architecture: "amd64"),
                packages: [], files: [], boot: BootSoftware(kernels: [], loaders: [], firmware: [], commandLine: nil))
            let proof = project.root.appending("proof")
            try proof.createFolder()
            try proof.appending("inventory.json").write(try clone.json())
            let reports = ["take-inventory": work.folder, "prove-seal": proof]
            #expect(try TakeInventory.load(from: reports) == clone)
        }
    }

    /// Starts libguestfs's small machine.
    @Test func saysThatADiskHasNoSystem() async throws {
        try await TestProject.with { project in
            let server = try ServerDisk(in: project.root.appending("server"))
            try await server.make()
            let error = await #expect(throws: InventoryError.self) {
                _ = try await OfflineInventory(accelerator: .tcg).take(
                    of: server.raw, as: .raw, in: project.root)
            }
            guard case .noSystem(let volumes)? = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(volumes.map { $0.split(separator: " ").last } == ["(vfat)", "(ext4)", "(swap)"])
        }
    }

    private struct Unwanted: Error {}

    private func withTree(_ body: (SystemTree, FilePath) async throws -> Void) async throws {
        try await withScratchFolder(in: "/var/tmp", prefix: "if-inventory") { folder in
            let tree = try SystemTree(in: folder)
            try await tree.make()
            try await body(tree, folder)
        }
    }

    /// Runs the script that collects, as it runs in a guest.
    private func collect(_ root: FilePath, before: Double? = nil, in folder: FilePath) async throws -> Inventory {
        let archive = folder.appending("archive.tar")
        let moment = before.map { [String(format: "%.3f", $0)] } ?? []
        try await Program.run(
            "/bin/sh", ["-s", root.string, archive.string] + moment, input: PackageResources.collect_inventory_sh,
            deadline: .seconds(300))
        #expect(try archive.readBytes().firstRange(of: Array("HASHOFAPASSWORD".utf8)) == nil)
        return try await OfflineInventory.read(archive, in: folder, log: nil)
    }

    private func expectEverything(of tree: SystemTree, in inventory: Inventory) async throws {
        try await expectPackages(of: tree, in: inventory)
        try await expectFiles(of: tree, in: inventory)
        try await expectUnits(of: tree, in: inventory)
        #expect(inventory.system.id == "debian")
        #expect(inventory.system.prettyName == "Small 13")
        #expect(inventory.system.architecture == "amd64")
        #expect(inventory.boot.commandLine == SystemTree.commandLine)
        #expect(inventory.boot.firmware == ["firmware-small"])
        #expect(inventory.boot.kernels.map(\.version) == ["6.12.94+deb13-amd64"])
        #expect(inventory.boot.kernels.map(\.sha256) == [Digest.of("a kernel")])
        let passwords = Dictionary(uniqueKeysWithValues: inventory.accounts.map { ($0.name, $0.password) })
        #expect(passwords == ["root": .set, "guest": .empty, "locked": .locked, "old": .set, "daemon": .locked])
        #expect(
            inventory.groups == [
                AccountGroup(name: "root", group: 0, members: []),
                AccountGroup(name: "wheel", group: 10, members: ["guest", "root"]),
            ])
        #expect(try inventory.json().firstRange(of: Array("HASHOFAPASSWORD".utf8)) == nil)
    }

    private func expectPackages(of tree: SystemTree, in inventory: Inventory) async throws {
        let debs = inventory.packages.filter { $0.kind == .deb }
        let format = "${Package} ${Version} ${Architecture} ${source:Package} ${source:Version}\\n"
        let said = try await tree.query("--show", "--showformat=\(format)")
        let lines = debs.map {
            "\($0.name) \($0.version) \($0.architecture) \($0.source) \($0.sourceVersion ?? $0.version)"
        }
        #expect(lines == said.split(separator: "\n").map(String.init))
        #expect(debs.map(\.licences) == [[], ["MIT or BSD"]])
        let rpm = try #require(inventory.packages.first { $0.kind == .rpm })
        let fields = "%{NAME} %{EPOCH}:%{VERSION}-%{RELEASE} %{ARCH} %{LICENSE} %{SOURCERPM}"
        #expect(
            try await tree.rpmQuery("--all", "--queryformat", fields)
                == "\(rpm.name) \(rpm.version) \(rpm.architecture) \(rpm.licences.joined()) \(rpm.source)")
        #expect(inventory.packages.count == 3)
    }

    private func expectFiles(of tree: SystemTree, in inventory: Inventory) async throws {
        let files = Dictionary(uniqueKeysWithValues: inventory.files.map { ($0.path, $0) })
        #expect(files["/usr/bin/greet"]?.package == "greeter")
        #expect(files["/usr/bin/wave"]?.package == "waver")
        #expect(files["/etc/passwd"]?.package == nil)
        #expect(files["/usr/bin"]?.kind == .folder && files["/usr/bin"]?.package == nil)
        #expect(files["/bin"]?.target == "usr/bin")
        #expect(files["/etc/\(SystemTree.oddName)"]?.sha256 == Digest.of("odd"))
        #expect(files["/etc/one"]?.sha256 == Digest.of("twice") && files["/etc/two"]?.sha256 == Digest.of("twice"))
        let listed = try await Program.run(
            "find", [tree.root.string, "-type", "f", "-printf", "%P %m %s\\0"], deadline: .seconds(60)
        ).standardOutput.split(separator: 0).map { "/" + String(decoding: $0, as: UTF8.self) }
        let found = inventory.files.filter { $0.kind == .file && !$0.path.hasPrefix("/boot/efi/") }
            .map { "\($0.path) \($0.mode.dropFirst()) \($0.size ?? -1)" }
        #expect(Set(found) == Set(listed))
        let kernel = files["/boot/vmlinuz-6.12.94+deb13-amd64"]
        #expect(kernel?.mode == "0644" && kernel?.user == Int(getuid()) && kernel?.size == 8)
    }

    private func expectUnits(of tree: SystemTree, in inventory: Inventory) async throws {
        let said = try await Program.run(
            "systemctl", ["--root=\(tree.root.string)", "--no-legend", "--no-pager", "list-unit-files"],
            deadline: .seconds(60)
        ).text
        let states = said.split(separator: "\n").map { $0.split(separator: " ").prefix(2).map(String.init) }
        #expect(
            states.filter { $0.last != "alias" }.sorted { $0[0] < $1[0] }
                == inventory.units.map { [$0.name, $0.state.rawValue] })
    }

    /// A disk as a server has it: a GPT with an ESP and an ext4 file system, as a read-only qcow2 file.
    private func makeDisk(of tree: SystemTree, in folder: FilePath) async throws -> FilePath {
        func run(_ program: String, _ arguments: String..., input: String = "") async throws {
            try await Program.run(program, arguments, input: Array(input.utf8), in: folder, deadline: .seconds(120))
        }
        try await run("truncate", "--size=128M", "disk.raw")
        try await run(
            "sfdisk", "--quiet", "disk.raw",
            input: "label: gpt\nstart=2048, size=32M, type=U, name=esp\nsize=80M, type=L, name=root\n")
        try await run("truncate", "--size=32M", "esp.raw")
        try await run("mkfs.vfat", "-F", "16", "-n", "ESP", "esp.raw")
        try await run("mcopy", "-s", "-i", "esp.raw", "\(tree.esp.string)/EFI", "::")
        try await run("mke2fs", "-q", "-t", "ext4", "-L", "root", "-d", tree.root.string, "root.raw", "80M")
        try await run("dd", "if=esp.raw", "of=disk.raw", "bs=1M", "seek=1", "conv=notrunc,sparse")
        try await run("dd", "if=root.raw", "of=disk.raw", "bs=1M", "seek=33", "conv=notrunc,sparse")
        try await run("qemu-img", "convert", "-f", "raw", "-O", "qcow2", "disk.raw", "disk.qcow2")
        try await run("chmod", "0444", "disk.qcow2")
        return folder.appending("disk.qcow2")
    }
}
