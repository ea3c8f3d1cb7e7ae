internal import ArgumentParser
internal import Deployment
internal import HostSystem
internal import Libvirt

/// Options that name a machine of a fleet.
struct FleetMachineOptions: ParsableArguments {
    @Argument(help: "The machine: its domain's name, such as web-1.")
    var machine: String

    @OptionGroup var host: KVMHostOptions

    /// Lends the machine, which no deployment changes meanwhile.
    func withMachine(_ global: GlobalOptions, _ body: (KVMHost, KVMMachine) async throws -> Void) async throws {
        let host = try await host.host()
        func find() async throws -> KVMMachine {
            guard let found = try await host.machines().first(where: { $0.record.name == machine }) else {
                throw UnknownMachineError(name: machine, host: host.connection.uri)
            }
            return found
        }
        let lock = try await KVMHostOptions.lock(host.connection.uri, find().record.fleet, try global.state())
        try await body(host, find())
        withExtendedLifetime(lock) {}
    }
}

/// A machine that is not there.
struct UnknownMachineError: Error, CustomStringConvertible {
    /// Its name.
    let name: String
    /// Where it was looked for.
    let host: String

    var description: String {
        "there is no machine '\(name)' on \(host); 'imagefactory fleet status FLEET' shows those of a fleet"
    }
}

/// `imagefactory fleet snapshot`
struct FleetSnapshot: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "snapshot",
        abstract: "Keeps a machine's disk as it is, before it is changed in place.",
        discussion: """
            In ZFS it is a snapshot, for which the machine goes on running; in a storage pool a copy of its whole disk, \
            for which it is switched off and started again. It goes away with the machine.
            """)

    @OptionGroup var options: FleetMachineOptions

    @Argument(help: "The snapshot's name, such as before-upgrade.")
    var name: String

    @OptionGroup var global: GlobalOptions

    func validate() throws {
        guard KVMHost.isSnapshotName(name) else {
            throw ValidationError("a snapshot's name is of letters, digits, '-' and '_', at most 64")
        }
    }

    func run() async throws {
        try await options.withMachine(global) { host, machine in
            try await host.snapshot(name, of: machine)
            Talk.say("\(machine.record.name) can go back to '\(name)'")
        }
    }
}

/// `imagefactory fleet snapshots`
struct FleetSnapshots: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "snapshots", abstract: "Lists the snapshots of a machine's disk.")

    @OptionGroup var options: FleetMachineOptions
    @OptionGroup var global: GlobalOptions

    func run() async throws {
        try await options.withMachine(global) { host, machine in
            let names = try await host.snapshots(of: machine)
            guard global.format == .text else { return try Talk.result(json: names) }
            for name in names { Talk.result(TerminalText.plain(name)) }
        }
    }
}

/// `imagefactory fleet restore`
struct FleetRestore: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore",
        abstract: "Brings a machine's disk back to a snapshot.",
        discussion:
            "A machine that runs is switched off for it. What was written since is lost, and so are later snapshots in ZFS."
    )

    @OptionGroup var options: FleetMachineOptions

    @Argument(help: "The snapshot's name.")
    var name: String

    @OptionGroup var global: GlobalOptions

    func run() async throws {
        try await options.withMachine(global) { host, machine in
            try await host.restore(name, of: machine)
            Talk.say("\(machine.record.name) is back at '\(name)'")
        }
    }
}
