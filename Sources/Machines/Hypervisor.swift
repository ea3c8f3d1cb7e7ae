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
    /// Whether a machine that failed stays as it is, for a person to look at.
    package var keepsFailedMachines: Bool
    /// The process's environment.
    package var environment: [String: String]

    /// Settings for machines of a factory with its state in `state`.
    package init(
        uri: String? = nil, accelerator: AcceleratorRequest = .auto, keepsFailedMachines: Bool = false, state: FilePath,
        environment: [String: String]
    ) {
        self.uri = uri
        self.keepsFailedMachines = keepsFailedMachines
        self.accelerator = accelerator
        self.state = state
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
    private let root: EmbeddedRoot?
    private let labels: [SecurityLabel]
    private let keepsFailed: Bool
    private let hasKept = Atomic(false)

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
            let root = EmbeddedRoot(folder: runtime.libvirtRoot, user: user, state: settings.state)
            let connection = try await connect(to: settings.uri, or: root)
            let labels = try SecurityLabel.all(in: try await connection.capabilities(), for: user)
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
            let connection = try await Connection.open(root.uri)
            try? root.keepCapabilities()
            return connection
        }
        do {
            return try await Connection.open(uri)
        } catch let error as LibvirtError {
            throw HypervisorError.unreachable(uri: uri, reason: error.message)
        }
    }

    /// What QEMU has printed for a machine.
    func log(of machine: String) -> FilePath {
        (root?.logs ?? "/var/log/libvirt/qemu").appending("\(machine).log")
    }

    /// Removes the runtime folder, unless a failed machine was kept in it.
    package func close() {
        guard !hasKept.load(ordering: .acquiring) else { return }
        try? runtime.remove()
    }

    /// Starts a machine, lends it to `body`, and ends it afterwards in whatever state it is.
    ///
    /// The machine is still paused when `body` gets it, so that `body` can listen first; it calls `domain.resume()`.
    /// When `body` fails, `onFailure` sees the machine before it ends.
    package func withMachine<Result>(
        _ definition: MachineDefinition,
        consoleLog: FilePath,
        onFailure: (Machine, any Error) async -> Void = { _, _ in },
        _ body: (Machine) async throws -> Result
    ) async throws -> Result {
        let files = MachineFiles(of: definition.name, in: runtime)
        let xml = definition.xml(accelerator: accelerator.accelerator, files: files, labels: labels)
        let domain = try await start(definition, xml: xml)
        return try await withCleanup {
            let console = try SerialConsole(socket: files.serial, log: consoleLog)
            defer { console.close() }
            let machine = Machine(
                domain: domain, definition: definition, startXML: xml, console: console, connection: connection)
            do {
                return try await body(machine)
            } catch {
                if !(error is CancellationError) {
                    await onFailure(machine, error)
                    if keepsFailed { hasKept.store(true, ordering: .releasing) }
                }
                throw error
            }
        } cleanup: { [self] in
            guard !hasKept.load(ordering: .acquiring) else { return }
            try? await domain.destroy()
            files.remove()
        }
    }

    /// QEMU that refuses to run, or ends while it starts, is a machine that died; libvirt's sentence says why.
    private func start(_ definition: MachineDefinition, xml: String) async throws -> Domain {
        do {
            return try await connection.create(xml: xml, name: definition.name, paused: true)
        } catch let error as LibvirtError {
            throw MachineFailure(.machineDied, evidence: [error.description])
        }
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
    /// The libvirt that was named cannot be opened.
    case unreachable(uri: String, reason: String)
    /// Builds need their disks on the host that runs the machine.
    case remote(uri: String)

    package var description: String {
        switch self {
        case .noAccount:
            "there is no account 'libvirt-qemu' to run QEMU as; install libvirt-daemon-system, or build as an ordinary user"
        case .unreachable(let uri, let reason):
            "'\(uri)' cannot be opened: \(reason); start its daemon, or build without --connect, which needs none"
        case .remote(let uri):
            "'\(uri)' is on another host, where the build's disks are not; run imagefactory there, or connect to qemu:///system"
        }
    }
}
