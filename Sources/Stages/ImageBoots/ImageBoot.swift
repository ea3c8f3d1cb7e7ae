internal import Attestation
internal import DiskImages
internal import GuestAgent
internal import HostSystem
internal import Machines
internal import Pipeline
internal import SystemPackage

/// The boot of one image on one bus.
struct ImageBoot: Sendable {
    /// The image.
    let image: ImageFile
    /// Its file.
    let path: FilePath
    /// What it is attached to; nil for an appliance, which says that itself.
    let bus: Template.DiskBus?
    /// The seed without which nobody could look into the guest; nil where none is needed.
    var seed: CloneSeed?
    /// What is run in the guest.
    var tests = GuestTests(tests: [])

    /// The boots of an image: one on each bus, or as its own description says.
    static func all(of image: ImageFile, in folder: FilePath, buses: [Template.DiskBus]) -> [ImageBoot] {
        let buses: [Template.DiskBus?] = image.format == .ova ? [nil] : buses
        return buses.map { ImageBoot(image: image, path: folder.appending(image.file), bus: $0) }
    }

    /// What it is called: `qcow2 on virtio`.
    var title: String { image.format.rawValue + (bus.map { " on \($0.rawValue)" } ?? "") }

    /// What its machine is called: `qcow2.virtio`.
    private var role: String { image.format.rawValue + (bus.map { ".\($0.rawValue)" } ?? "") }

    /// The name of its result: equal names mean that the same image boots in the same way.
    func key(for machine: Template.Machine) throws -> StageKey {
        struct Options: Encodable {
            let format: ImageFormat
            let bus: Template.DiskBus?
            let cpus: Int
            let memory: Int64
            let hasSeed: Bool
            let tests: [GuestTests.Recipe]
        }
        let options = Options(
            format: image.format, bus: bus, cpus: machine.cpus, memory: machine.memory.bytes, hasSeed: seed != nil,
            tests: tests.recipe)
        return try StageKey(
            previous: nil, name: BootImages.name, revision: BootImages.revision,
            ingredients: Ingredients(options: options, inputs: ["image": image.sha256]))
    }

    /// Boots it and asks its guest what it is.
    func run(in machines: BuildMachines, _ work: StageWork) async throws -> BootResult {
        guard image.format == .ova else {
            var clone = Clone(role, of: path, for: machines.template.machine)
            clone.format = image.format.nameInQEMU
            if let bus { clone.bus = MachineDefinition.DiskBus(bus) }
            return try await run(clone, in: machines, work)
        }
        return try await withScratchFolder(in: work.folder, prefix: "appliance") { folder in
            let (clone, remark) = try await unpacked(into: folder, for: machines)
            remark.map { work.report("\(title): \($0)") }
            return try await run(clone, in: machines, work, remark: remark)
        }
    }

    private func run(
        _ clone: Clone, in machines: BuildMachines, _ work: StageWork, remark: String? = nil
    ) async throws -> BootResult {
        var clone = clone
        clone.network = .none
        clone.seed = seed
        return try await machines.withClone(clone, work) { [clone] guest, time in
            let facts = try await GuestFacts.find(in: guest.agent)
            let outcomes = try await tests.run(in: guest) { work.report("\(title): \($0)") }
            return BootResult(self, on: clone.bus, remark: remark, time: time, facts: facts, tests: outcomes)
        }
    }

    /// What is said of an appliance that asks for VMware's adapter, which no firmware of QEMU's starts from (Debian's OVMF has no
    /// driver for it).
    private static let replacement =
        "it asks for VMware's SCSI adapter; its disk hangs on SATA instead, for QEMU's firmware"

    /// The machine that an appliance describes, on its disk as it lies in the archive, and what of it is another.
    private func unpacked(
        into folder: FilePath, for machines: BuildMachines
    ) async throws -> (Clone, remark: String?) {
        let appliance = try OVAArchive(path)
        let wanted = try appliance.machine()
        guard wanted.firmware == .efi else { throw ApplianceFirmwareError(path: path) }
        // QEMU's account reads the disk.
        try await machines.room.hypervisor().user.own(folder)
        let disk = folder.appending("disk.vmdk")
        try await offloaded { isCancelled in try appliance.copyDisk(to: disk, isCancelled: isCancelled) }
        var clone = Clone(role, of: disk, for: machines.template.machine)
        clone.format = "vmdk"
        clone.memory = wanted.memory
        clone.bus = .sata
        return (clone, wanted.controller == .ahci ? nil : Self.replacement)
    }
}

/// An appliance that wants BIOS, although the disk boots by UEFI.
struct ApplianceFirmwareError: Error, CustomStringConvertible {
    /// The appliance.
    let path: FilePath

    var description: String { "\(path) asks for BIOS, and the disk in it boots by UEFI" }
}

extension ImageFormat {
    /// QEMU's word for it; an appliance's disk is a vmdk.
    fileprivate var nameInQEMU: String {
        switch self {
        case .qcow2: "qcow2"
        case .vmdk, .ova: "vmdk"
        case .vhd: "vpc"
        case .raw: "raw"
        }
    }
}
