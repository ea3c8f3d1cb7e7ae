package import HostSystem
package import Machines

/// One pass over fleets as files want them: it sees what is different, and brings it there.
///
/// A host that cannot be reached, a fleet that fails, stop none of the others.
package struct Reconciliation: Sendable {
    /// Opens a host by its URI; asked once a pass for each.
    package typealias Hosts = @Sendable (String) async throws -> KVMHost
    /// Finds and verifies what a fleet is to run; asked once a pass for each template and source.
    package typealias Images = @Sendable (_ template: String, FleetFile.Source) async throws -> VerifiedImage

    /// Tells what executes machines on a host; asked once a pass for each.
    package typealias Executors = @Sendable (AcceleratorRequest, KVMHost) async throws -> MachineShape.Executor
    /// Takes the lock of a fleet on a host.
    package typealias Lock = @Sendable (_ uri: String, _ fleet: String) async throws -> FileLock

    private let fleets: [FleetFile]
    private let hosts: Hosts
    private let executors: Executors
    private let images: Images
    /// Is taken for each fleet that is changed; nil for none.
    package var lock: Lock?
    /// Whether nothing is changed.
    package var isDryRun = false
    /// Whether editions that a fleet went back from are tried again.
    package var retriesRefused = false

    /// A pass over fleets.
    package init(
        _ fleets: [FleetFile], hosts: @escaping Hosts, executors: @escaping Executors, images: @escaping Images
    ) {
        self.fleets = fleets
        self.hosts = hosts
        self.executors = executors
        self.images = images
    }

    /// Makes the pass.
    ///
    /// - Throws: `CancellationError` alone; what goes wrong with a fleet is in its result.
    package func run() async throws -> [FleetResult] {
        var results: [FleetResult] = []
        var found: [ImageQuestion: Result<VerifiedImage, any Error>] = [:]
        for (uri, fleets) in Dictionary(grouping: fleets, by: \.host).sorted(by: { $0.key < $1.key }) {
            do {
                let host = try await hosts(uri)
                let present = Dictionary(grouping: try await host.machines(), by: \.record.fleet)
                var chosen: [AcceleratorRequest: MachineShape.Executor] = [:]
                for var fleet in fleets {
                    let executor = try await self.executor(chosen, fleet.accelerator, host)
                    chosen[fleet.accelerator] = executor
                    fleet.order.shape.executor = executor
                    let question = ImageQuestion(template: fleet.template, source: fleet.source)
                    if found[question] == nil { found[question] = await answer(question) }
                    results.append(
                        try await reconcile(fleet, on: host, present[fleet.order.name] ?? [], found[question]))
                }
            } catch let error as CancellationError {
                throw error
            } catch {
                results += fleets.map { FleetResult($0, .failed("\(error)")) }
            }
        }
        return results.sorted { $0.fleet < $1.fleet }
    }

    private struct ImageQuestion: Hashable {
        let template: String
        let source: FleetFile.Source
    }

    private func executor(
        _ chosen: [AcceleratorRequest: MachineShape.Executor], _ request: AcceleratorRequest, _ host: KVMHost
    ) async throws -> MachineShape.Executor {
        if let executor = chosen[request] { return executor }
        return try await executors(request, host)
    }

    private func answer(_ question: ImageQuestion) async -> Result<VerifiedImage, any Error> {
        do {
            return .success(try await images(question.template, question.source))
        } catch {
            return .failure(error)
        }
    }

    private func reconcile(
        _ fleet: FleetFile, on host: KVMHost, _ machines: [KVMMachine], _ image: Result<VerifiedImage, any Error>?
    ) async throws -> FleetResult {
        do {
            guard let verified = try image?.get() else { return FleetResult(fleet, .failed("no image was looked for")) }
            let goal = fleet.order.goal(verified.image)
            let steps = RolloutPlan.preview(goal, machines: machines.map(\.view))
            guard !steps.isEmpty else { return FleetResult(fleet, .unchanged, version: verified.image.version) }
            let isRefused = machines.contains { $0.record.refused == goal.edition }
            guard !isRefused || retriesRefused else {
                return FleetResult(fleet, .heldBack, version: verified.image.version)
            }
            let drift = machines.flatMap { machine in machine.drift.map { "\(machine.record.name): \($0)" } }
            guard !isDryRun else {
                return FleetResult(
                    fleet, .planned, version: verified.image.version, details: drift + steps.map(\.description))
            }
            let lock = try await lock?(fleet.host, fleet.order.name)
            _ = try await FleetDeployment(fleet.order, on: host).run(verified)
            withExtendedLifetime(lock) {}
            return FleetResult(fleet, .changed, version: verified.image.version, details: drift)
        } catch let error as CancellationError {
            throw error
        } catch {
            return FleetResult(fleet, .failed("\(error)"))
        }
    }
}

/// What became of a fleet in a pass.
package struct FleetResult: Sendable, Hashable, Encodable {
    /// How it went.
    package enum Outcome: Sendable, Hashable {
        /// It was what it is to be.
        case unchanged
        /// It was brought there.
        case changed
        /// It is not what it is to be, and nothing was changed.
        case planned
        /// Its machines went back from this edition before, and it is not tried again.
        case heldBack
        /// Something went wrong.
        case failed(String)
    }

    /// The fleet.
    package let fleet: String
    /// Its host.
    package let host: String
    /// The version that it is to run; nil where that could not be told.
    package let version: String?
    /// How it went.
    package let outcome: Outcome
    /// What was different, and what is to be done.
    package let details: [String]

    init(_ file: FleetFile, _ outcome: Outcome, version: String? = nil, details: [String] = []) {
        fleet = file.order.name
        host = file.host
        self.version = version
        self.outcome = outcome
        self.details = details
    }

    /// Whether it is not what it is to be, though that was tried.
    package var isBad: Bool {
        switch outcome {
        case .failed, .heldBack: true
        case .unchanged, .changed, .planned: false
        }
    }

    /// The outcome in one word.
    package var word: String {
        switch outcome {
        case .unchanged: "unchanged"
        case .changed: "changed"
        case .planned: "planned"
        case .heldBack: "held-back"
        case .failed: "failed"
        }
    }

    /// Why it failed; nil if it did not.
    package var reason: String? {
        guard case .failed(let reason) = outcome else { return nil }
        return reason
    }

    package func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: CodingKeys.self)
        try fields.encode(fleet, forKey: .fleet)
        try fields.encode(host, forKey: .host)
        try fields.encodeIfPresent(version, forKey: .version)
        try fields.encode(word, forKey: .outcome)
        try fields.encodeIfPresent(reason, forKey: .reason)
        try fields.encode(details, forKey: .details)
    }

    private enum CodingKeys: String, CodingKey {
        case fleet, host, version, outcome, reason, details
    }
}
