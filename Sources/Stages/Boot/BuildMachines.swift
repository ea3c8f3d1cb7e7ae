internal import Foundation
internal import HostSystem
internal import Libvirt
package import Machines
package import Pipeline
internal import SystemPackage

/// The machines of one build: how they look, how long they may take, who can log in, and what is kept when one fails.
package struct BuildMachines: Sendable {
    /// How long the parts of a build may take.
    package struct Deadlines: Sendable {
        /// The whole installation.
        package var install: Duration = .seconds(90 * 60)
        /// The boot of an installed system, with its first-boot work.
        package var boot: Duration = .seconds(20 * 60)
        /// The longest time in which nothing moves.
        package var stall: Duration = .seconds(5 * 60)
        /// An orderly shutdown.
        package var shutdown: Duration = .seconds(5 * 60)

        /// The factory's own, with the template's where it names some.
        package init(_ template: Template.Deadlines) {
            install = template.install ?? install
            boot = template.boot ?? boot
            stall = template.stall ?? stall
            shutdown = template.shutdown ?? shutdown
        }
    }

    let template: Template
    let room: MachineRoom
    let deadlines: Deadlines
    let secrets: AnswerSecrets
    /// Who may run a clone now.
    let clones: Admission

    /// The machines of a template's build, run in `room`.
    package init(template: Template, room: MachineRoom, secrets: AnswerSecrets) {
        self.template = template
        self.room = room
        self.secrets = secrets
        deadlines = Deadlines(template.deadlines)
        clones = Clone.admission(for: template.machine)
    }

    /// A machine of the template's size; its name carries the run's id, by which a later run finds it.
    func definition(role: String, run: RunFolder, disk: FilePath) -> MachineDefinition {
        MachineDefinition(
            name: "if-\(run.id.suffix(6))-\(role)", cpus: template.machine.cpus, memory: template.machine.memory,
            disk: disk, diskBus: MachineDefinition.DiskBus(template.machine.diskBus),
            network: MachineDefinition.Network(template.machine.network))
    }

    /// Starts a machine, lends it to `body` and ends it; its console goes to `logs/console-ROLE.log`, and a failure
    /// fills the run's bundle.
    ///
    /// - Parameter checkpoint: A frozen guest that the machine goes on from.
    func withMachine<Result>(
        _ definition: MachineDefinition, from checkpoint: MachineCheckpoint? = nil, _ work: StageWork,
        guestFiles: [FilePath] = [],
        _ body: (Machine) async throws -> Result
    ) async throws -> Result {
        let hypervisor = try await room.hypervisor()
        let role = definition.name.split(separator: "-").last.map(String.init) ?? definition.name
        let console = work.run.logs.appending("console-\(role).log")
        let clock = ContinuousClock()
        let start = clock.now
        defer {
            let stop = hypervisor.connection.stop(of: definition.name)
            try? noteUse(of: definition.name, from: start, stop: stop, to: clock.now, in: work.run)
        }
        var hasGuest = false
        do {
            return try await hypervisor.withMachine(
                definition, from: checkpoint, consoleLog: console,
                redactor: secrets.redactor(for: template.answers, keys: work.keys)
            ) { scene, error in
                if error is CheckpointError { return }
                if let failure = Self.failure(in: error) {
                    work.report("\(failure.cause.summary) [\(failure.cause.rawValue)]; saving what shows it")
                    if failure.cause == .kvmUnusable { hypervisor.forgetAccelerator() }
                }
                let cause = (error as? StageError)?.cause ?? error
                hasGuest = await FailureBundle(folder: work.run.bundle)
                    .collect(scene, error: cause, guestFiles: guestFiles)
            } _: { machine in
                try await ScreenDesk(folder: work.run.machines.appending(definition.name)).serve(machine) {
                    try await body(machine)
                }
            }
        } catch let error where !hasGuest && Self.asksForDisk(error) {
            work.report("reading the logs on the dead disk")
            try? await work.run.withScratch(for: "disk") { scratch in
                try await DeadDisk(definition.disk, accelerator: hypervisor.accelerator.accelerator).copy(
                    Self.deadFiles, to: work.run.bundle.appending("disk"), through: scratch,
                    redactor: secrets.known.redactor)
            }
            throw error
        }
    }

    /// What is copied from the disk of a system that did not come up.
    private static let deadFiles: [FilePath] = [
        "/root/kldload-install-logs", "/var/log/journal", "/var/log/kldload", "/etc/kldload-release",
    ]

    /// Whether the reason for a failure may stand on the disk.
    private static func asksForDisk(_ error: any Error) -> Bool {
        switch failure(in: error)?.cause {
        case .kernelPanic, .emergencyShell, .agentMissing, .agentLost, .notInstalled, .tooLate, .stalled,
            .shutdownRefused:
            true
        default: false
        }
    }

    private static func failure(in error: any Error) -> MachineFailure? {
        ((error as? StageError)?.cause ?? error) as? MachineFailure
    }

    /// Who can log in on the console of the installed system; nil if the answers name no password.
    func installUser(_ keys: StageKeys) -> InstallUser? {
        guard let password = try? secrets.value(of: "KLDLOAD_PASSWORD", in: template.answers, keys: keys) else {
            return nil
        }
        return InstallUser(name: template.answers["KLDLOAD_USERNAME"] ?? "admin", password: password)
    }

    /// Appends to `logs/machines.jsonl` how long a machine ran, the part of a build's time that is the guest's own, and
    /// how long after libvirt's word of its end the factory let go of it.
    private func noteUse(
        of name: String, from start: ContinuousClock.Instant, stop: ContinuousClock.Instant?,
        to end: ContinuousClock.Instant, in run: RunFolder
    ) throws {
        let release = (end - (stop ?? end)).seconds
        let line = "{\"machine\":\"\(name)\",\"seconds\":\((end - start).seconds),\"release\":\(release)}\n"
        let file = try FileDescriptor.open(
            run.logs.appending("machines.jsonl"), .writeOnly, options: [.create, .append, .closeOnExec],
            permissions: .publicFile)
        try file.closeAfter { _ = try file.writeAll(line.utf8) }
    }
}

extension MachineDefinition.DiskBus {
    init(_ bus: Template.DiskBus) {
        self =
            switch bus {
            case .virtio: .virtio
            case .scsi: .scsi
            case .sata: .sata
            }
    }
}

extension MachineDefinition.Network {
    init(_ network: Template.Network) {
        self =
            switch network {
            case .none: .none
            case .user: .user
            case .network(let name): .network(name)
            case .bridge(let name): .bridge(name)
            }
    }
}
