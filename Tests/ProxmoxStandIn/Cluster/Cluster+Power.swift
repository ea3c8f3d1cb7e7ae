internal import SystemPackage

extension Cluster {
    /// What the methods about running machines and their agents do.
    static let powerHandlers: [String: Handler] = [
        "GET /nodes/{node}/qemu/{vmid}/status/current": { cluster, call throws(APIError) in
            let machine = try cluster.machine(call)
            var fields = machine.summary.fields ?? [:]
            fields.merge(["ha": ["managed": 0], "qmpstatus": .string(machine.isRunning ? "running" : "stopped")]) { $1 }
            if machine.hasAgent { fields["agent"] = 1 }
            return Answer(data: .object(fields))
        },
        "POST /nodes/{node}/qemu/{vmid}/status/start": { cluster, call throws(APIError) in
            let machine = try cluster.unlockedMachine(call)
            return cluster.startTask(
                "qmstart", id: String(machine.vmid), call,
                TaskSteps { cluster async throws(APIError) in try await cluster.start(machine.vmid) })
        },
        "POST /nodes/{node}/qemu/{vmid}/status/stop": { cluster, call throws(APIError) in
            let machine = try cluster.unlockedMachine(call)
            return cluster.startTask(
                "qmstop", id: String(machine.vmid), call, TaskSteps { await $0.switchOff(machine.vmid) })
        },
        "POST /nodes/{node}/qemu/{vmid}/status/shutdown": { cluster, call throws(APIError) in
            let machine = try cluster.unlockedMachine(call)
            let isForced = call.flag("forceStop")
            return cluster.startTask(
                "qmshutdown", id: String(machine.vmid), call,
                TaskSteps { cluster async throws(APIError) in
                    guard cluster.model.guest.obeysShutdown || isForced else {
                        throw .died("VM quit/powerdown failed - got timeout")
                    }
                    await cluster.switchOff(machine.vmid)
                })
        },
        "POST /nodes/{node}/qemu/{vmid}/status/reboot": { cluster, call throws(APIError) in
            let machine = try cluster.unlockedMachine(call)
            guard machine.isRunning else { throw .died("VM \(machine.vmid) not running") }
            return cluster.startTask(
                "qmreboot", id: String(machine.vmid), call,
                TaskSteps { cluster async throws(APIError) in
                    await cluster.switchOff(machine.vmid)
                    try await cluster.start(machine.vmid)
                })
        },
        "POST /nodes/{node}/qemu/{vmid}/agent/ping": { cluster, call async throws(APIError) in
            _ = try await cluster.machineWithAgent(call)
            return Answer(data: ["result": [:]])
        },
        "GET /nodes/{node}/qemu/{vmid}/agent/network-get-interfaces": { cluster, call async throws(APIError) in
            let machine = try await cluster.machineWithAgent(call)
            guard let session = machine.session else { return Answer(data: ["result": .array(machine.interfaces)]) }
            return Answer(data: ["result": try await Cluster.agreeing { try await session.interfaces() }])
        },
        "GET /nodes/{node}/qemu/{vmid}/agent/get-osinfo": { cluster, call async throws(APIError) in
            _ = try await cluster.machineWithAgent(call)
            return Answer(data: [
                "result": ["id": "debian", "name": "Debian GNU/Linux", "version-id": "13", "machine": "x86_64"]
            ])
        },
        "POST /nodes/{node}/qemu/{vmid}/agent/exec": { cluster, call async throws(APIError) in
            let machine = try await cluster.machineWithAgent(call)
            let command = call.words("command")
            var result = cluster.model.guest.run(machine.name, command)
            if let session = machine.session {
                result = try await Cluster.agreeing { try await session.run(command) }
            }
            let pid = cluster.nextProcess()
            cluster.machines[machine.vmid]?.commands[pid] = MachineState.Command(
                end: .now + cluster.model.guest.commandDuration, exitCode: result.exitCode, output: result.output,
                errors: result.errors)
            return Answer(data: ["pid": .integer(pid)])
        },
        "GET /nodes/{node}/qemu/{vmid}/agent/exec-status": { cluster, call async throws(APIError) in
            let machine = try await cluster.machineWithAgent(call)
            let pid = try call.neededInteger("pid")
            guard let command = machine.commands[pid] else {
                throw .died("Agent error: PID \(pid) does not exist")
            }
            guard command.end <= .now else { return Answer(data: ["exited": 0]) }
            var fields: [String: JSON] = ["exited": 1, "exitcode": .integer(command.exitCode)]
            if !command.output.isEmpty { fields["out-data"] = .string(command.output) }
            if !command.errors.isEmpty { fields["err-data"] = .string(command.errors) }
            return Answer(data: .object(fields))
        },
    ]

    /// Switches a machine on or off.
    func setRunning(_ vmid: Int, _ isRunning: Bool) {
        machines[vmid]?.isRunning = isRunning
        machines[vmid]?.commands = [:]
        machines[vmid]?.agentReady = isRunning ? model.guest.agentDelay.map { .now + $0 } : nil
    }

    /// Switches a machine off, and its guest with it.
    func switchOff(_ vmid: Int) async {
        let session = machines[vmid]?.session
        machines[vmid]?.session = nil
        setRunning(vmid, false)
        await session?.stop()
    }

    /// What a real guest's agent does; where it fails, the call fails.
    private static func agreeing<Result: Sendable>(
        _ work: @Sendable () async throws -> Result
    ) async throws(APIError) -> Result {
        do {
            return try await work()
        } catch {
            throw .died("Agent error: \(error)")
        }
    }

    private func start(_ vmid: Int) async throws(APIError) {
        guard let machine = machines[vmid] else { throw .died("VM \(vmid) does not exist") }
        guard !machine.isTemplate else { throw .died("you can't start a vm if it's a template") }
        guard !machine.isRunning else { throw .died("VM \(vmid) already running") }
        let bridges = model.nodes.first { $0.name == machine.node }?.bridges ?? []
        for (name, value) in machine.config where name.wholeMatch(of: /net[0-9]+/) != nil {
            if let bridge = NetworkCard(value).bridge, !bridges.contains(bridge) {
                throw .died("bridge '\(bridge)' does not exist")
            }
        }
        if let host = model.guest.host {
            guard let file = bootDisk(of: machine) else { throw .died("no data of VM \(vmid)'s disk is kept") }
            let session = try await Self.agreeing { try await host.boot(machine, disk: file) }
            guard machines[vmid] != nil else { return await session.stop() }
            machines[vmid]?.session = session
        }
        setRunning(vmid, true)
    }

    /// The file that a machine's disk was imported from.
    private func bootDisk(of machine: MachineState) -> FilePath? {
        machine.disks.sorted { $0.key > $1.key }.lazy
            .compactMap { self.volume($0.value.volume, on: machine.node)?.file }.first
    }

    private func machineWithAgent(_ call: Call) async throws(APIError) -> MachineState {
        let machine = try machine(call)
        guard machine.hasAgent else { throw .died("No QEMU guest agent configured") }
        guard machine.isRunning else { throw .died("VM \(machine.vmid) is not running") }
        var isReady = machine.agentReady.map { $0 <= .now } == true
        if let session = machine.session { isReady = await session.isAgentReady() }
        guard isReady else { throw .died("QEMU guest agent is not running") }
        return machine
    }
}

extension MachineState {
    /// Whether its configuration has an agent.
    fileprivate var hasAgent: Bool {
        let words = (config["agent"] ?? "").split(separator: ",")
        return words.contains { ["1", "enabled=1"].contains($0) }
    }

    /// What its agent says of its network: the loopback, and a card with an address by its number.
    fileprivate var interfaces: [JSON] {
        let address = config["ipconfig0"].flatMap { $0.firstMatch(of: /ip=([0-9.]+)\/([0-9]+)/) }
        let card = config["net0"].flatMap { $0.firstMatch(of: /[0-9A-F]{2}(:[0-9A-F]{2}){5}/) }.map { String($0.0) }
        return [
            [
                "name": "lo", "hardware-address": "00:00:00:00:00:00",
                "ip-addresses": [["ip-address": "127.0.0.1", "ip-address-type": "ipv4", "prefix": 8]],
            ],
            [
                "name": "eth0", "hardware-address": .string((card ?? "").lowercased()),
                "ip-addresses": [
                    [
                        "ip-address": .string(address.map { String($0.1) } ?? "10.0.\(vmid / 250).\(vmid % 250 + 2)"),
                        "ip-address-type": "ipv4",
                        "prefix": .integer(address.flatMap { Int($0.2) } ?? 16),
                    ],
                    ["ip-address": "fe80::1", "ip-address-type": "ipv6", "prefix": 64],
                ],
            ],
        ]
    }
}
