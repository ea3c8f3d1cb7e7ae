internal import Attestation
internal import Glibc
internal import HostSystem
internal import Machines
internal import Pipeline
package import SystemPackage

/// Reads fleet files, as strictly as templates are read.
package struct FleetFileReader {
    private let reader = YAMLReader()
    private let folder: FilePath

    /// The most fleets of one folder.
    private static let fileLimit = 10_000
    private static let usualHost = "qemu:///system"

    private init(folder: FilePath) {
        self.folder = folder
    }

    /// The fleets of all files in a folder, by name.
    ///
    /// - Throws: `YAMLError` with all that is wrong in them.
    package static func fleets(in folder: FilePath) throws -> [FleetFile] {
        let names = folder.folderEntries.filter { $0.hasSuffix(".yaml") }
        guard !names.isEmpty, names.count <= fileLimit else {
            throw FleetFolderError(folder: folder, isTooFull: !names.isEmpty)
        }
        let reading = FleetFileReader(folder: folder)
        var fleets: [String: FleetFile] = [:]
        for name in names {
            let node = try YAMLFile.read(folder.appending(name), named: FilePath(name))
            guard let fleet = reading.fleet(node, file: FilePath(name)) else { continue }
            if let other = fleets.updateValue(fleet, forKey: fleet.order.name) {
                reading.reader.report(
                    at: node.place, "the fleet '\(fleet.order.name)' is in \(other.file), too",
                    suggestion: "give each fleet its own name")
            }
        }
        try reading.reader.finish()
        return fleets.values.sorted { $0.order.name < $1.order.name }
    }

    private func fleet(_ node: YAMLNode, file: FilePath) -> FleetFile? {
        reader.mapping(node, named: "a fleet") { keys in
            let name = keys.required("fleet", example: "web").flatMap { reader.string($0, named: "fleet") }
            let template = keys.required("template", example: "golden").flatMap { reader.string($0, named: "template") }
            let count = keys.required("count", example: "3").flatMap {
                reader.integer($0, named: "count", in: 0...1000)
            }
            let range = keys.read("versions", range)
            let source = source(keys, range)
            let pin = pin(keys, range)
            let shape = keys.read("machine", machine) ?? MachineShape()
            let seed = seed(keys)
            let (strategy, switchCommand) = keys.read("strategy", strategy) ?? (.usual, nil)
            let health = keys.read("health", health) ?? HealthPolicy()
            let host = keys.string("host") ?? Self.usualHost
            let shutdownDeadline = keys.duration("shutdown-timeout") ?? KVMHost.usualShutdownDeadline
            let accelerator = keys.word("accelerator", as: AcceleratorRequest.self) ?? .auto
            guard let name, let template, let count, let source else { return nil }
            guard MachineRecord.isFleetName(name) else {
                reader.report(
                    at: keys.place(of: "fleet"), "'\(name)' is no name of a fleet",
                    suggestion: "write small letters, digits and hyphens, at most 40")
                return nil
            }
            let order = FleetOrder(
                name: name, count: count, shape: shape, seed: seed, strategy: strategy, health: health,
                switchCommand: switchCommand, shutdownDeadline: shutdownDeadline)
            do {
                try order.checkDataDisks()
            } catch {
                reader.report(at: keys.place(of: "strategy"), "\(error)")
            }
            return FleetFile(
                file: file, template: template, source: source, pin: pin, host: host, accelerator: accelerator,
                order: order)
        } ?? nil
    }

    private func range(_ reader: YAMLReader, _ node: YAMLNode, _ name: String) -> VersionRange? {
        guard let text = reader.string(node, named: name) else { return nil }
        let range = VersionRange(text)
        if range == nil {
            reader.report(
                at: node.place, "'\(text)' is no range of versions",
                suggestion: "write '1.x', '~1.2.0', '^1.2.0', or '>=1.2.0 <2.0.0'")
        }
        return range
    }

    private func source(_ keys: YAMLMapping, _ range: VersionRange?) -> FleetFile.Source? {
        let channel = keys.word("channel", as: Channel.self)
        let version = keys.placedString("version")
        switch (channel, version) {
        case (let channel?, nil): return .held(in: channel, range)
        case (nil, let version?):
            guard ReleaseVersion.isWellFormed(version.value) else {
                reader.report(
                    at: version.place, "'\(version.value)' is not a version", suggestion: "write vX.Y.Z, such as v1.2.0"
                )
                return nil
            }
            if range != nil, !keys.entries.contains(where: { $0.key.text == "follow" }) {
                reader.report(
                    at: keys.place(of: "versions"),
                    "'versions' chooses among what a channel has held, and there is none",
                    suggestion: "write 'channel: prod' in the place of 'version', or 'follow: prod', too")
            }
            return .version(version.value)
        case (nil, nil), (_?, _?):
            reader.report(
                at: keys.place, "a fleet follows a channel or is pinned to a version",
                suggestion: "write one of 'channel: prod' and 'version: v1.2.0'")
            return nil
        }
    }

    private func pin(_ keys: YAMLMapping, _ range: VersionRange?) -> FleetPin? {
        guard let channel = keys.word("follow", as: Channel.self) else { return nil }
        guard keys.entries.contains(where: { $0.key.text == "version" }) else {
            reader.report(
                at: keys.place(of: "follow"), "'follow' says which channel moves the version, and there is no version",
                suggestion: "write 'version: v1.2.0', too, or 'channel: \(channel.rawValue)' alone")
            return nil
        }
        return FleetPin(channel: channel, range: range, place: keys.place(of: "version"))
    }

    private func machine(_ reader: YAMLReader, _ node: YAMLNode, _ name: String) -> MachineShape? {
        reader.mapping(node, named: name) { keys in
            var shape = MachineShape()
            shape.cpus = keys.integer("cpus", in: MachineShape.cpuLimits) ?? shape.cpus
            shape.memory = keys.byteCount("memory") ?? shape.memory
            shape.disk = keys.byteCount("disk") ?? shape.disk
            shape.pool = keys.string("pool") ?? shape.pool
            shape.store = keys.read("store", store)
            shape.data = dataDisks(keys)
            if let network = keys.string("network") { shape.network = network == "none" ? nil : network }
            if let copy = keys.word("copy", as: Copy.self) { shape.isFullCopy = copy == .full }
            do {
                try shape.check()
            } catch {
                reader.report(at: node.place, "\(error)")
            }
            return shape
        }
    }

    private func store(_ reader: YAMLReader, _ node: YAMLNode, _ name: String) -> ZFSPlace? {
        guard let text = reader.string(node, named: name) else { return nil }
        let place = ZFSPlace(text)
        if place == nil {
            reader.report(
                at: node.place, "'\(text)' is no place in ZFS",
                suggestion: "write zfs:POOL/DATASET, or zfs:USER@HOST:POOL/DATASET")
        }
        return place
    }

    private func dataDisks(_ keys: YAMLMapping) -> [DataDisk] {
        keys.strings("data").compactMap { text in
            let disk = DataDisk(text.value)
            if disk == nil {
                reader.report(
                    at: text.place, "'\(text.value)' is no data disk", suggestion: "write NAME:SIZE, such as db:20GiB")
            }
            return disk
        }
    }

    private enum Copy: String, CaseIterable {
        case overlay, full
    }

    private func seed(_ keys: YAMLMapping) -> CloudSeed {
        var seed = CloudSeed()
        for file in keys.strings("ssh-keys") {
            guard let path = own(file) else { continue }
            do {
                seed.keys += try CloudSeed.keys(in: path)
            } catch {
                reader.report(at: file.place, "the keys cannot be read: \(error)")
            }
        }
        seed.userData = keys.placedString("user-data").flatMap(text)
        seed.networkConfiguration = keys.placedString("network-config").flatMap(text)
        return seed
    }

    private func text(_ file: Placed<String>) -> String? {
        guard let path = own(file) else { return nil }
        do {
            return try path.readText(limit: CloudSeed.userDataLimit)
        } catch {
            reader.report(at: file.place, "'\(file.value)' cannot be read: \(error)")
            return nil
        }
    }

    /// A file beside the fleet's; what is in git can name no other file of the host that reads it.
    private func own(_ file: Placed<String>) -> FilePath? {
        guard let place = folder.lexicallyResolving(FilePath(file.value)), place.isReally(inside: folder) else {
            reader.report(
                at: file.place, "'\(file.value)' is no file in the folder of fleets",
                suggestion: "put it beside this file")
            return nil
        }
        return place
    }

    private func strategy(
        _ reader: YAMLReader, _ node: YAMLNode, _ name: String
    ) -> (RolloutStrategy, switchCommand: String?)? {
        reader.mapping(node, named: name) { keys in
            let kind = keys.word("kind", as: StrategyWords.Kind.self) ?? .rolling
            var words = StrategyWords(kind: kind)
            words.maxUnavailable = keys.integer("max-unavailable", in: 0...1000)
            words.maxSurge = keys.integer("max-surge", in: 0...1000)
            words.pause = keys.duration("pause")
            words.steps = keys.read("steps") { reader, node, name in
                reader.list(node, named: name).compactMap {
                    reader.integer($0, named: "an item of \(name)", in: 1...1000)
                }
            }
            words.switchCommand = keys.string("switch")
            do {
                return (try words.strategy(), words.switchCommand)
            } catch {
                reader.report(at: node.place, "\(error)")
                return (.usual, words.switchCommand)
            }
        }
    }

    private func health(_ reader: YAMLReader, _ node: YAMLNode, _ name: String) -> HealthPolicy? {
        reader.mapping(node, named: name) { keys in
            var policy = HealthPolicy()
            policy.deadline = keys.duration("timeout") ?? policy.deadline
            policy.asksAgent = keys.boolean("agent") ?? policy.asksAgent
            for text in keys.strings("checks") {
                do {
                    let check = try HealthCheck(parsing: text.value)
                    if check.needsAgent, !policy.asksAgent {
                        reader.report(
                            at: text.place,
                            "'\(text.value)' asks the guest's agent, and 'agent: false' says that there is none",
                            suggestion: "ask by tcp, http or script")
                    }
                    policy.checks.append(check)
                } catch {
                    reader.report(at: text.place, "\(error)")
                }
            }
            return policy
        }
    }
}

extension FleetFile.Source {
    /// What a channel holds, or of a range has held.
    static func held(in channel: Channel, _ range: VersionRange?) -> Self {
        range.map { .range($0, in: channel) } ?? .channel(channel)
    }
}

extension FilePath {
    /// Whether a file is in a folder, wherever links in between lead; what is not there is in no folder.
    fileprivate func isReally(inside folder: FilePath) -> Bool {
        guard let place = Self.real(self), let folder = Self.real(folder) else { return false }
        return place.starts(with: folder)
    }

    private static func real(_ path: FilePath) -> FilePath? {
        guard let text = realpath(path.string, nil) else { return nil }
        defer { free(text) }
        return FilePath(String(cString: text))
    }
}

/// A folder that no fleets can be read from.
package struct FleetFolderError: Error, CustomStringConvertible {
    /// The folder.
    package let folder: FilePath
    /// Whether there are too many files in it; otherwise there is none.
    let isTooFull: Bool

    package var description: String {
        isTooFull
            ? "\(folder) holds more fleets than are read at once; use several folders"
            : "there is no fleet in \(folder); write one as NAME.yaml"
    }
}
