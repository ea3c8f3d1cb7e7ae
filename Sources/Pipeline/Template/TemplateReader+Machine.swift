internal import HostSystem
internal import SystemPackage

extension Template.Machine {
    /// The machine of a template that says nothing about it.
    static let standard = Template.Machine(
        cpus: 4, memory: .gibibytes(8), disk: .gibibytes(40), diskBus: .virtio, network: .none)
}

extension TemplateReader {
    /// `machine: { cpus: 4, memory: 8GiB, disk: 40GiB, disk-bus: virtio, network: user }`
    func machine(_ node: YAMLNode?) -> Template.Machine? {
        guard let node else { return .standard }
        let before = reader.problems.count
        let machine = reader.mapping(node, named: "machine") { keys in
            var machine = Template.Machine.standard
            keys.integer("cpus", in: 1...256).map { machine.cpus = $0 }
            keys.byteCount("memory").map { machine.memory = $0 }
            keys.byteCount("disk").map { machine.disk = $0 }
            keys.word("disk-bus").map { machine.diskBus = $0 }
            keys.placedString("network").flatMap(network).map { machine.network = $0 }
            if machine.memory < .mebibytes(512) || machine.memory > .gibibytes(16 << 10) {
                reader.report(
                    at: keys.place(of: "memory"), "\(machine.memory) is no memory that the installer can live in",
                    suggestion: "give between 512MiB and 16TiB; 4GiB is enough for most")
            }
            if machine.disk.bytes % (1 << 20) != 0 || machine.disk > .gibibytes(64 << 10) {
                reader.report(
                    at: keys.place(of: "disk"), "\(machine.disk) cannot be a disk's size",
                    suggestion: "give a whole number of MiB, at most 64TiB")
            }
            return machine
        }
        return reader.problems.count == before ? machine : nil
    }

    /// `boot: { from: kernel, arguments: [quiet] }`
    func boot(_ node: YAMLNode?) -> Template.Boot {
        let standard = Template.Boot(from: .kernel, arguments: [])
        guard let node else { return standard }
        return reader.mapping(node, named: "boot") { keys in
            let from: Template.Boot.Way = keys.word("from") ?? .kernel
            let arguments = keys.strings("arguments")
            for argument in arguments {
                if argument.value.isEmpty || argument.value.contains(where: { $0.isWhitespace || $0 == "\"" }) {
                    reader.report(
                        at: argument.place, "'\(argument.value)' is not one kernel argument",
                        suggestion: "write each argument as an item of its own, without blanks and quotes")
                }
                if argument.value.hasPrefix("kldload.") {
                    reader.report(
                        at: argument.place, "'\(argument.value)' is an answer, not a kernel argument",
                        suggestion: "write it under 'answers:' and set 'answers-by: cmdline'")
                }
            }
            if from == .firmware, let first = arguments.first {
                reader.report(
                    at: first.place, "the firmware boots the medium with the medium's own arguments",
                    suggestion: "set 'from: kernel', or remove 'arguments'")
            }
            return Template.Boot(from: from, arguments: arguments.map(\.value))
        } ?? standard
    }

    /// `deadlines: { install: 60min, boot: 10min, stall: 5min, shutdown: 5min }`
    func deadlines(_ node: YAMLNode?) -> Template.Deadlines {
        let standard = Template.Deadlines()
        guard let node else { return standard }
        return reader.mapping(node, named: "deadlines") { keys in
            Template.Deadlines(
                install: keys.duration("install"), boot: keys.duration("boot"), stall: keys.duration("stall"),
                shutdown: keys.duration("shutdown"))
        } ?? standard
    }

    private func network(_ text: Placed<String>) -> Template.Network? {
        switch text.value {
        case "none": return Template.Network.none
        case "user": return .user
        default: break
        }
        let parts = text.value.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        if parts.count == 2, !parts[1].isEmpty, parts[1].allSatisfy({ $0.isASCII && !$0.isWhitespace }) {
            if parts[0] == "network" { return .network(String(parts[1])) }
            if parts[0] == "bridge" { return .bridge(String(parts[1])) }
        }
        reader.report(
            at: text.place, "'\(text.value)' is not a network",
            suggestion: text.value.didYouMean(["none", "user"]) ?? "write none, user, network:NAME or bridge:NAME")
        return nil
    }
}
