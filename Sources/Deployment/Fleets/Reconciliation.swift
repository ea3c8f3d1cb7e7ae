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

    /// The most hosts that are worked on at the same time.
    private static let hostsAtOnce = 16

    /// Makes the pass, on all hosts at the same time: one that does not answer holds up none of the others.
    ///
    /// - Throws: `CancellationError` alone; what goes wrong with a fleet is in its result.
    package func run() async throws -> [FleetResult] {
        let answers = ImageAnswers(images)
        var waiting = Dictionary(grouping: fleets, by: \.host).sorted { $0.key < $1.key }[...]
        return try await withThrowingTaskGroup(of: [FleetResult].self) { group in
            func begin() {
                guard let (uri, fleets) = waiting.popFirst() else { return }
                group.addTask { try await reconcile(fleets, at: uri, answers) }
            }
            for _ in 0..<Self.hostsAtOnce { begin() }
            var results: [FleetResult] = []
            for try await found in group {
                results += found
                begin()
            }
            return results.sorted { $0.fleet < $1.fleet }
        }
    }

    private func reconcile(_ fleets: [FleetFile], at uri: String, _ answers: ImageAnswers) async throws -> [FleetResult]
    {
        var results: [FleetResult] = []
        do {
            let host = try await hosts(uri)
            let present = Dictionary(grouping: try await host.machines(), by: \.record.fleet)
            var chosen: [AcceleratorRequest: MachineShape.Executor] = [:]
            for var fleet in fleets {
                let executor = try await self.executor(chosen, fleet.accelerator, host)
                chosen[fleet.accelerator] = executor
                fleet.order.shape.executor = executor
                let image = await answers.image(of: fleet.template, fleet.source)
                results.append(try await reconcile(fleet, on: host, present[fleet.order.name] ?? [], image))
            }
            return results
        } catch let error as CancellationError {
            throw error
        } catch {
            return results + fleets.dropFirst(results.count).map { FleetResult($0, .failed("\(error)")) }
        }
    }

    private func executor(
        _ chosen: [AcceleratorRequest: MachineShape.Executor], _ request: AcceleratorRequest, _ host: KVMHost
    ) async throws -> MachineShape.Executor {
        if let executor = chosen[request] { return executor }
        return try await executors(request, host)
    }

    private func reconcile(
        _ fleet: FleetFile, on host: KVMHost, _ machines: [KVMMachine], _ image: Result<VerifiedImage, any Error>
    ) async throws -> FleetResult {
        do {
            let verified = try image.get()
            let seen = plan(fleet, machines, verified.image)
            guard seen.outcome == .planned, !isDryRun else { return seen }
            let lock = try await lock?(fleet.host, fleet.order.name)
            // Whoever had the lock before may have changed the fleet, or taken it back.
            var result = plan(fleet, try await host.machines(of: fleet.order.name), verified.image)
            guard result.outcome == .planned else { return result }
            let members = try await FleetDeployment(fleet.order, on: host).run(verified).machines
            withExtendedLifetime(lock) {}
            result.outcome = .changed
            result.ready = members.count { $0.state == FleetMachine.Condition.healthy.rawValue }
            return result
        } catch let error as CancellationError {
            throw error
        } catch {
            return FleetResult(fleet, .failed("\(error)"))
        }
    }

    /// What is to be done for a fleet that has these machines.
    private func plan(_ fleet: FleetFile, _ machines: [KVMMachine], _ image: DeployedImage) -> FleetResult {
        let goal = fleet.order.goal(image)
        let views = machines.map(\.view)
        let steps = RolloutPlan.preview(goal, machines: views)
        var result = FleetResult(fleet, .unchanged, version: image.version)
        result.ready = views.count { $0.edition == goal.edition && $0.condition == .healthy }
        guard !steps.isEmpty else { return result }
        let isRefused = machines.contains { $0.record.refused == goal.edition }
        guard !isRefused || retriesRefused else {
            result.outcome = .heldBack
            return result
        }
        result.outcome = .planned
        result.details = FleetDrift.lines(of: machines, wanted: fleet.order, goal)
        result.repairs = result.details.count
        if isDryRun { result.details += steps.map(\.description) }
        result.difference = FleetDifference.lines(from: machines.map(\.record), to: fleet.order, image)
        return result
    }
}

/// What fleets are to run, each found out once: a release is judged once a pass, however many fleets run it.
private actor ImageAnswers {
    private struct Question: Hashable {
        let template: String
        let source: FleetFile.Source
    }

    private let images: Reconciliation.Images
    private var found: [Question: Task<VerifiedImage, any Error>] = [:]

    init(_ images: @escaping Reconciliation.Images) {
        self.images = images
    }

    func image(of template: String, _ source: FleetFile.Source) async -> Result<VerifiedImage, any Error> {
        let question = Question(template: template, source: source)
        let task = found[question] ?? Task { [images] in try await images(template, source) }
        found[question] = task
        // Who is cancelled waits for no answer; it was the whole pass then.
        return await withTaskCancellationHandler {
            await task.result
        } onCancel: {
            task.cancel()
        }
    }
}
