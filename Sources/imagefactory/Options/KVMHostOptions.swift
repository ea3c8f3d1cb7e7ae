internal import ArgumentParser
internal import Deployment
internal import HostSystem
internal import Libvirt
internal import Machines
internal import Pipeline
internal import SystemPackage

/// Options that say which host machines run on.
struct KVMHostOptions: ParsableArguments {
    @Option(help: "libvirt's URI of the host: qemu:///system (the usual one), qemu+ssh://root@HOST/system.")
    var connect = "qemu:///system"

    /// Opens the host.
    func host() async throws -> KVMHost {
        try await Self.open(connect)
    }

    /// Opens a host by its URI.
    static func open(_ uri: String) async throws -> KVMHost {
        do {
            return KVMHost(try await Connection.open(uri, patience: .long)) { Talk.say($0) }
        } catch let error as LibvirtError {
            throw MachineFailure(.libvirtLost, evidence: ["'\(uri)' cannot be opened: \(error.message)"])
        }
    }

    /// Takes the lock of what is done to fleets from this host; two deployments of one fleet would undo each other.
    static func lock(_ uri: String, _ fleet: String, _ state: StateFolder) async throws -> FileLock {
        try state.locks.createFolder(durably: true)
        let path = state.locks.appending("fleet-\(Digest.of("\(uri) \(fleet)").short)")
        return try await FileLock.acquire(at: path, deadline: .seconds(600)) {
            Talk.say("waiting for another deployment of \(fleet)")
        }
    }
}

extension MachineShape.Executor {
    /// What executes machines on a host: measured where the host is this one, else as its libvirt tells.
    static func choose(_ request: AcceleratorRequest, on host: KVMHost) async throws -> MachineShape.Executor {
        guard try await host.connection.driver() != "TEST" else { return .test }
        switch request {
        case .kvm: return .kvm
        case .tcg: return .qemu
        case .auto: break
        }
        let isRemote = host.connection.uri.contains("://") && !host.connection.uri.contains(":///")
        guard isRemote else {
            return try await AcceleratorProbe().choose(.auto).accelerator == .kvm ? .kvm : .qemu
        }
        do {
            _ = try await host.connection.domainCapabilities(machine: "q35", accelerator: "kvm")
            return .kvm
        } catch is LibvirtError {
            return .qemu
        }
    }
}
