internal import Foundation
internal import HostSystem
package import Libvirt
package import Logging
internal import Synchronization
package import SystemPackage

/// How machines are to be run.
package struct HypervisorSettings: Sendable {
    /// libvirt's URI; nil for a driver inside this process, which needs no daemon and no rights.
    package var uri: String?
    /// The accelerator that was asked for.
    package var accelerator: AcceleratorRequest
    /// Where the factory keeps its state.
    package var state: FilePath
    /// Where the factory keeps what can be found out again.
    package var cache: FilePath
    /// Whether a machine that failed stays as it is, for a person to look at.
    package var keepsFailedMachines: Bool
    /// The process's environment.
    package var environment: [String: String]

    /// Settings for machines of a factory with its state in `state`, and what can be found out again in `cache`.
    package init(
        uri: String? = nil, accelerator: AcceleratorRequest = .auto, keepsFailedMachines: Bool = false, state: FilePath,
        cache: FilePath, environment: [String: String]
    ) {
        self.uri = uri
        self.keepsFailedMachines = keepsFailedMachines
        self.accelerator = accelerator
        self.state = state
        self.cache = cache
        self.environment = environment
    }
}

/// The place where this process runs its machines: a libvirt connection, an account for QEMU and a runtime folder.
///
/// Whoever opens one closes it; ``MachineRoom`` does both.
package final class Hypervisor: Sendable {
    /// libvirt.
    package let connection: Connection
    /// The accelerator that machines use, and why.
    package let accelerator: AcceleratorVerdict
    /// Sockets, seeds and the embedded driver's root.
    package let runtime: RuntimeFolder
    /// Who QEMU runs as.
    package let user: QEMUUser
    /// The driver's root; nil if a daemon runs the machines.
    let root: EmbeddedRoot?
    private let labels: [SecurityLabel]
    private let state: FilePath
    private let keepsFailed: Bool
    private let hasKept = Flag()

    private init(
        connection: Connection, accelerator: AcceleratorVerdict, runtime: RuntimeFolder, user: QEMUUser,
        root: EmbeddedRoot?, labels: [SecurityLabel], settings: HypervisorSettings
    ) {
        self.connection = connection
        self.accelerator = accelerator
        self.runtime = runtime
        self.user = user
        self.labels = labels
        self.root = root
        state = settings.state
        keepsFailed = settings.keepsFailedMachines
    }

    /// Opens libvirt. A process can open one embedded root in its life.
    ///
    /// - Parameter note: Is told the runtime folder before it is there, so that a later process can clear it away should
    ///   this one be killed.
    package static func open(
        _ settings: HypervisorSettings, logger: Logger, note: (RuntimeFolder) throws -> Void
    ) async throws -> Hypervisor {
        guard let user = QEMUUser.current() else { throw HypervisorError.noAccount }
        if let uri = settings.uri, isRemote(uri) { throw HypervisorError.remote(uri: uri) }
        let verdict = try await AcceleratorMemory(state: settings.state).choose(settings.accelerator)
        logger.debug(
            "accelerator chosen", metadata: ["accelerator": "\(verdict.accelerator)", "why": "\(verdict.reason)"])
        let runtime = try RuntimeFolder.make(environment: settings.environment, note: note)
        do {
            try user.own(runtime.path)
            let root = EmbeddedRoot(folder: runtime.libvirtRoot, user: user, cache: settings.cache)
            let connection = try await connect(to: settings.uri, or: root)
            // The driver asks QEMU what it can do when it is first asked for capabilities, and not when it is opened.
            let capabilities = try await Adoption.ofProbes(in: root) { try await connection.capabilities() }
            let labels = try SecurityLabel.all(in: capabilities, for: user)
            if settings.uri == nil { try? root.keepCapabilities() }
            return Hypervisor(
                connection: connection, accelerator: verdict, runtime: runtime, user: user,
                root: settings.uri == nil ? root : nil, labels: labels, settings: settings)
        } catch {
            try? runtime.remove()
            throw error
        }
    }

    private static func connect(to uri: String?, or root: EmbeddedRoot) async throws -> Connection {
        guard let uri else {
            try root.prepare()
            return try await Connection.open(root.uri)
        }
        do {
            return try await Connection.open(uri)
        } catch let error as LibvirtError {
            throw MachineFailure(.libvirtLost, evidence: ["'\(uri)' cannot be opened: \(error.message)"])
        }
    }

    /// Forgets what was measured of the accelerator, since a machine has shown otherwise.
    package func forgetAccelerator() {
        AcceleratorMemory(state: state).forget()
    }

    /// What QEMU has printed for a machine.
    func log(of machine: String) -> FilePath {
        (root?.logs ?? "/var/log/libvirt/qemu").appending("\(machine).log")
    }

    /// Removes the runtime folder, unless a failed machine was kept in it.
    package func close() {
        guard !hasKept.isRaised else { return }
        try? runtime.remove()
    }

    /// Starts a machine, lends it to `body`, and ends it afterwards in whatever state it is.
    ///
    /// The machine is still paused when `body` gets it, so that `body` can listen first; it calls `domain.resume()`.
    ///
    /// - Parameters:
    ///   - checkpoint: A frozen guest to go on with; nil for a machine that is switched on.
    ///   - consoleLog: The file that the guest's console is appended to.
    ///   - redactor: What must not be shown of what the guest says.
    ///   - onFailure: Sees what is left when the machine did not start or `body` failed, before the machine ends.
    package func withMachine<Result>(
        _ definition: MachineDefinition,
        from checkpoint: MachineCheckpoint? = nil,
        consoleLog: FilePath,
        redactor: Redactor = Redactor(),
        onFailure: (FailureScene, any Error) async -> Void = { _, _ in },
        _ body: (Machine) async throws -> Result
    ) async throws -> Result {
        let files = MachineFiles(of: definition.name, in: runtime)
        let xml = definition.xml(accelerator: accelerator.accelerator, files: files, labels: labels)
        func scene(_ machine: Machine?) -> FailureScene {
            FailureScene(
                machine: machine, name: definition.name, xml: xml, log: log(of: definition.name),
                consoleLog: consoleLog, redactor: redactor)
        }
        let domain: Domain
        do {
            domain =
                if let checkpoint {
                    try await restore(definition, from: checkpoint)
                } else {
                    try await start(definition, xml: xml)
                }
        } catch let error as CheckpointError {
            await QEMUProcess(of: definition.name, in: runtime.path)?.end()
            files.remove()
            throw error
        } catch {
            await onFailure(scene(nil), error)
            await QEMUProcess(of: definition.name, in: runtime.path)?.end()
            files.remove()
            throw error
        }
        let process = QEMUProcess(of: definition.name, in: runtime.path)
        let isKept = Flag()
        return try await withCleanup {
            let console = try SerialConsole(socket: files.serial, log: consoleLog, redactor: redactor)
            defer { console.close() }
            let start = Machine.Start(
                domain: domain, process: process, definition: definition,
                accelerator: accelerator.accelerator, log: log(of: definition.name), connection: connection)
            let machine = Machine(start, console: console, redactor: redactor)
            do {
                return try await body(machine)
            } catch {
                if !(error is CancellationError) {
                    await onFailure(scene(machine), error)
                    // A boot takes the place of a checkpoint that does not serve.
                    if keepsFailed, !(error is CheckpointError) {
                        isKept.raise()
                        hasKept.raise()
                    }
                }
                throw error
            }
        } cleanup: {
            guard !isKept.isRaised else { return }
            try? await domain.destroy()
            // A libvirt that is gone ends nothing any more, and one on a busy host gives up before QEMU is gone.
            await process?.end()
            files.remove()
        }
    }

    /// QEMU that refuses to run, or ends while it starts, is a machine that died; libvirt's sentence says why.
    private func start(_ definition: MachineDefinition, xml: String) async throws -> Domain {
        if case .bridge(let name) = definition.network, !FilePath("/sys/class/net").appending(name).exists {
            throw MachineFailure(.networkAbsent, evidence: ["this host has no bridge '\(name)'"])
        }
        do {
            return try await connection.create(xml: xml, name: definition.name, paused: true)
        } catch let error as LibvirtError {
            let lines = error.description.split(whereSeparator: \.isNewline).map(String.init)
            guard connection.isAlive else { throw MachineFailure(.libvirtLost, evidence: lines) }
            guard !Self.isAboutNetwork(error, of: definition) else {
                throw MachineFailure(.networkAbsent, evidence: lines)
            }
            let sign = lines.first(where: KVMSigns.isSign)
            throw MachineFailure(sign == nil ? .machineDied : .kvmUnusable, evidence: [sign].compactMap(\.self) + lines)
        }
    }

    /// Whether libvirt could not find a network, or nobody whom it asks for one.
    private static func isAboutNetwork(_ error: LibvirtError, of definition: MachineDefinition) -> Bool {
        guard case .network = definition.network else { return false }
        return error.code == .noNetwork || [.network, .remote].contains(error.domain)
    }

    private static func isRemote(_ uri: String) -> Bool {
        guard let components = URLComponents(string: uri) else { return false }
        return !(components.host ?? "").isEmpty
    }
}

/// Why no machine can be run here.
package enum HypervisorError: Error, CustomStringConvertible {
    /// Root has no account to hand QEMU to.
    case noAccount
    /// Builds need their disks on the host that runs the machine.
    case remote(uri: String)

    package var description: String {
        switch self {
        case .noAccount:
            "there is no account 'libvirt-qemu' to run QEMU as; install libvirt-daemon-system, or build as an ordinary user"
        case .remote(let uri):
            "'\(uri)' is on another host, where the build's disks are not; run imagefactory there, or connect to qemu:///system"
        }
    }
}

/// What is raised once, by whichever task.
private final class Flag: Sendable {
    private let value = Atomic(false)

    var isRaised: Bool { value.load(ordering: .acquiring) }

    func raise() {
        value.store(true, ordering: .releasing)
    }
}
