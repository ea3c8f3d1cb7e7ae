package import Attestation
import DiskAudit
import Foundation
import GuestAgent
package import HostSystem
import Logging
package import Machines
import Stages
package import SystemPackage
import Testing

/// A release's image, started as its users would start it.
package struct PublishedImage: Sendable {
    private let image: FilePath

    /// The image in a file.
    package init(_ image: FilePath) {
        self.image = image
    }

    /// Expects that an overlay of it boots to a login prompt, with its agent answering, and holds what is in this inventory.
    ///
    /// - Parameters:
    ///   - size: The size of the overlay, where it is larger than the image.
    ///   - look: Looks further, in the guest.
    package func expectBoots(
        in lab: Lab, with inventory: Inventory? = nil, onDiskOf size: ByteCount? = nil,
        _ look: (Guest) async throws -> Void = { _ in }
    ) async throws {
        try await Self.withRoom(in: lab) { room, folder in
            try await expectBoots(in: room, folder, with: inventory, onDiskOf: size, look)
        }
    }

    /// Expects that each of these images boots; in one room, since a process can have no second one.
    package static func expectAllBoot(_ images: [FilePath], in lab: Lab) async throws {
        try await withRoom(in: lab) { room, folder in
            for (index, image) in images.enumerated() {
                let folder = folder.appending("\(index)")
                try folder.createFolder()
                try await PublishedImage(image).expectBoots(in: room, folder)
            }
        }
    }

    /// Lends a room for machines, and a folder that QEMU's account can enter.
    private static func withRoom(in lab: Lab, _ body: (MachineRoom, FilePath) async throws -> Void) async throws {
        let settings = HypervisorSettings(
            state: lab.state, cache: "/var/cache/imagefactory", environment: ProcessInfo.processInfo.environment)
        try await withScratchFolder(in: lab.folder, prefix: "boot") { folder in
            _ = chmod(folder.string, 0o755)
            try await MachineRoom.with(settings, logger: Logger(label: "test"), note: { _ in }) { room in
                try await body(room, folder)
            }
        }
    }

    private func expectBoots(
        in room: MachineRoom, _ folder: FilePath, with inventory: Inventory? = nil, onDiskOf size: ByteCount? = nil,
        _ look: (Guest) async throws -> Void = { _ in }
    ) async throws {
        let hypervisor = try await room.hypervisor()
        let disk = folder.appending("disk.qcow2")
        try await BuildDisk.createOverlay(disk, of: image, for: hypervisor.user)
        if let size {
            try await Program.run("qemu-img", ["resize", "-q", disk.string, "\(size.bytes)"], deadline: .seconds(60))
        }
        let definition = MachineDefinition(
            name: "if-boot-\(String.randomHex(digits: 6))", cpus: 2, memory: .gibibytes(1), disk: disk)
        let console = folder.appending("console.log")
        try await hypervisor.withMachine(definition, consoleLog: console) { machine in
            let guest = try await machine.boot(
                deadline: .seconds(600), stall: .seconds(180), installUser: nil, report: { _ in })
            #expect(try await guest.agent.osInfo().id == "debian")
            if let inventory {
                try await expect(inventory.packages, in: guest)
                try await expect(inventory, toBeListedBy: guest, in: folder)
            }
            try await look(guest)
            _ = try await poll(every: .milliseconds(200), deadline: .seconds(60), for: "a login prompt") {
                try console.readText().contains("login:") ? true : nil
            }
        }
    }

    /// Expects that the guest itself lists the same, but for what its own boot wrote.
    private func expect(_ inventory: Inventory, toBeListedBy guest: Guest, in folder: FilePath) async throws {
        let archive = folder.appending("listed.tar")
        try await GuestInventory.collect(by: guest.agent, into: archive)
        try expectClean(archive)
        let listed = try await OfflineInventory.read(archive, in: folder, log: nil)
        #expect(listed.packages == inventory.packages)
        #expect(listed.system == inventory.system)
        #expect(listed.boot.kernels == inventory.boot.kernels)
        let files = Dictionary(uniqueKeysWithValues: inventory.files.map { ($0.path, $0) })
        let others = listed.files.filter { $0.kind != .folder && files[$0.path] != $0 }
        // FAT keeps no modes: the guest's are those of its mount.
        let onESP = others.filter { $0.path.hasPrefix("/boot/efi/") }
        for file in onESP { #expect(files[file.path]?.sha256 == file.sha256, "\(file.path)") }
        #expect(others.filter { !onESP.contains($0) }.map(\.path) == [])
        let written = Set(files.keys).subtracting(listed.files.map(\.path))
        #expect(written.count < 200, "\(written.sorted())")
    }

    /// Expects that the audit finds nothing in what the guest itself lists, as it does where libguestfs cannot read the disk.
    private func expectClean(_ archive: FilePath) throws {
        let system = try AuditedSystem(collectedInto: archive, origin: .clone)
        #expect(system.files.count > 1000 && system.accounts.count > 10)
        var declarations = AuditDeclarations()
        declarations.sharesHostID = true
        #expect(DiskAuditor(declarations).findings(in: system) == [])
    }

    /// Expects what `dpkg-query` says in the guest.
    private func expect(_ packages: [InstalledPackage], in guest: Guest) async throws {
        let query =
            "dpkg-query -W -f '${Package} ${Version} ${Architecture} ${db:Status-Status}\\n' | grep ' installed$'"
        let installed = try await guest.agent.shell(query, deadline: .seconds(120)).text.split(separator: "\n")
        #expect(installed.count > 100)
        #expect(
            Set(installed.map(String.init))
                == Set(packages.map { "\($0.name) \($0.version) \($0.architecture) installed" }))
    }
}
