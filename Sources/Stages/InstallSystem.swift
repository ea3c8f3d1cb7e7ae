internal import Foundation
internal import HostSystem
internal import InstallMedia
internal import Libvirt
internal import Machines
package import Pipeline
internal import SystemPackage

/// Boots the installer medium, feeds it the answers, and waits by evidence until the system is on the disk.
package struct InstallSystem: Stage {
    package static let name = "install-system"
    package static let summary = "boot the installer, feed it the answers, wait until the system is on the disk"
    package static let revision = 1
    package static let product = StageProduct.disk

    /// What is saved of a failed installation, where the live system's agent lets it be read.
    private static let installerFiles: [FilePath] = [
        "/var/log/installer/kldload-installer.log", "/var/log/installer/autoinstall.log",
        "/var/log/installer/storage.log", "/var/log/installer/bootstrap.log",
        "/var/log/installer/effective-config.env", "/run/kldload/install-result", "/run/kldload/install-steps",
        "/run/kldload/install-phase",
    ]

    let machines: BuildMachines
    let medium: InstallMedium
    private let answers: InstallAnswers

    /// The installation of a template's system from `medium`.
    package init(machines: BuildMachines, medium: InstallMedium) {
        self.machines = machines
        self.medium = medium
        answers = InstallAnswers(template: machines.template, secrets: machines.secrets)
    }

    package func ingredients() async throws -> Ingredients? {
        struct Options: Encodable {
            let disk: Int64
            let bus: String
            let hasNetwork: Bool
            let boot: String
            let arguments: [String]
            let way: String
            let answers: [String: String]
        }
        guard let digest = try await medium.digest() else { return nil }
        let template = machines.template
        return try Ingredients(
            options: Options(
                disk: template.machine.disk.bytes, bus: template.machine.diskBus.rawValue,
                hasNetwork: template.machine.network != .none, boot: template.boot.from.rawValue,
                arguments: template.boot.arguments, way: template.answers.way.rawValue,
                answers: try answers.fingerprints()),
            inputs: ["iso": digest])
    }

    package func run(_ work: StageWork) async throws {
        let hypervisor = try await machines.room.hypervisor()
        let iso = try await InstallerISO.inspect(try await medium.fetch(report: work.report))
        let disk = work.folder.appending("disk.qcow2")
        try await BuildDisk.create(disk, size: machines.template.machine.disk.bytes, for: hypervisor.user)
        var definition = machines.definition(role: "install", run: work.run, disk: disk)
        definition.endsOnReboot = true
        definition.cdrom = iso.path
        if let obstacle = hypervisor.user.obstacle(to: iso.path) {
            throw HostError.access(user: hypervisor.user.name, path: obstacle)
        }
        try await withScratchFolder(in: hypervisor.runtime.path, prefix: "install") { scratch in
            try hypervisor.user.own(scratch)
            try await prepareBoot(&definition, iso: iso, in: scratch, user: hypervisor.user)
            try await deliverSeed(&definition, in: scratch, user: hypervisor.user, keys: work.keys)
            let live = LiveSystem(answers: answers, keys: work.keys)
            work.report("booting \(iso.info)")
            try await machines.withMachine(definition, work, guestFiles: Self.installerFiles) { machine in
                _ = try await machine.watch(
                    InstallJudge(
                        machine.vitals(stall: machines.deadlines.stall),
                        console: machines.template.boot.from == .kernel, way: machines.template.answers.way),
                    deadline: machines.deadlines.install,
                    prepare: { try await machine.domain.resume() },
                    ask: { await live.report(from: machine) },
                    report: work.report)
            }
        }
        try BuildDisk.finish(disk, from: hypervisor.user)
    }

    /// By default QEMU loads the ISO's own kernel: no key is ever typed, and the console is serial.
    private func prepareBoot(
        _ definition: inout MachineDefinition, iso: InstallerISO, in scratch: FilePath, user: QEMUUser
    ) async throws {
        let boot = machines.template.boot
        guard boot.from == .kernel else { return }
        // On a busy emulator a kernel now and then takes its timer for broken, and panics. What guards it against strangers'
        // programs costs a tenth of the time, and none run here.
        let isEmulated = try await machines.room.hypervisor().accelerator.accelerator == .tcg
        let emulation = isEmulated ? ["no_timer_check", "mitigations=off"] : []
        let (kernel, initialDisk) = try await iso.extractKernel(into: scratch)
        for file in [kernel, initialDisk] { try user.own(file) }
        definition.kernel = MachineDefinition.Kernel(
            image: kernel, initialDisk: initialDisk,
            arguments: iso.bootArguments(extra: boot.arguments + answers.kernelArguments() + emulation))
    }

    private func deliverSeed(
        _ definition: inout MachineDefinition, in scratch: FilePath, user: QEMUUser, keys: StageKeys
    ) async throws {
        guard machines.template.answers.way == .seedDisk else { return }
        let seed = scratch.appending("seed.img")
        try await SeedDisk.make(at: seed, answers: try answers.file(keys: keys))
        try user.own(seed)
        definition.seed = seed
    }
}
