import Foundation
import HostSystem
import Logging
import Pipeline
import Synchronization
import SystemPackage

/// What the test stages do and did, shared by the stages of one pipeline.
final class Workshop: Sendable {
    private struct State {
        var ran: [String] = []
        var options: [String: String] = [:]
        var failing: [String: any Error] = [:]
        var actions: [String: @Sendable (StageWork) async throws -> Void] = [:]
        var works: [String: StageWork] = [:]
        var isFetched = true
    }
    private let state = Mutex(State())

    /// The stages that ran, in the pipeline's order, since reports are made beside others; cleared by the question.
    func ran() -> [String] {
        let order = ["fetch", "install", "boot", "configure", "clean", "prove", "convert", "compare", "publish"]
        let ran = state.withLock { state in
            defer { state.ran = [] }
            return state.ran
        }
        return order.flatMap { stage in ran.filter { $0 == stage } }
    }

    /// What `stage` was given last.
    func work(of stage: String) -> StageWork? { state.withLock { $0.works[stage] } }
    func setOption(of stage: String, to option: String) { state.withLock { $0.options[stage] = option } }
    func option(of stage: String) -> String { state.withLock { $0.options[stage] ?? "" } }
    func fail(_ stage: String, with error: (any Error)?) { state.withLock { $0.failing[stage] = error } }
    func onRun(of stage: String, _ action: (@Sendable (StageWork) async throws -> Void)?) {
        state.withLock { $0.actions[stage] = action }
    }

    /// Whether the fetching stage has run, without which the installing stage knows no ingredients.
    var isFetched: Bool {
        get { state.withLock { $0.isFetched } }
        set { state.withLock { $0.isFetched = newValue } }
    }

    func perform(_ stage: String, _ product: StageProduct, _ work: StageWork) async throws {
        let (error, action) = state.withLock { state in
            state.ran.append(stage)
            state.works[stage] = work
            return (state.failing[stage], state.actions[stage])
        }
        try await action?(work)
        if let error { throw error }
        switch product {
        case .disk: try append(stage, to: work)
        case .images: try work.folder.appending("image").write("image of \(try work.disk?.readText() ?? "")".utf8)
        case .report: try work.folder.appending("report.json").write("{}".utf8)
        case .nothing: break
        }
    }

    /// A "disk" here is the list of the stages that made it, with a mark of each making.
    func append(_ stage: String, to work: StageWork) throws {
        let disk = work.folder.appending("disk.qcow2")
        let base = disk.exists ? disk : work.disk
        let text = (try base?.readText() ?? "") + "\(stage):\(option(of: stage)):\(String.randomHex(digits: 6)) "
        try disk.write(text.utf8)
    }

    func ingredients(of stage: String) throws -> Ingredients {
        try Ingredients(options: ["option": option(of: stage)], inputs: ["script": .of("script")], tools: ["tool": "1"])
    }
}

/// A stage of the tests; the conforming types give it its name.
protocol WorkshopStage: Stage {
    var workshop: Workshop { get }
}

extension WorkshopStage {
    static var summary: String { "Does \(name)" }
    static var revision: Int { 1 }
    func ingredients() async throws -> Ingredients? { try workshop.ingredients(of: Self.name) }
    func run(_ work: StageWork) async throws { try await workshop.perform(Self.name, Self.product, work) }
}

struct Fetch: WorkshopStage {
    static let name = "fetch"
    static let product = StageProduct.nothing
    let workshop: Workshop
    func run(_ work: StageWork) async throws {
        try await workshop.perform(Self.name, Self.product, work)
        workshop.isFetched = true
    }
}

struct Install: WorkshopStage {
    static let name = "install"
    static let product = StageProduct.disk
    let workshop: Workshop
    func ingredients() async throws -> Ingredients? {
        workshop.isFetched ? try workshop.ingredients(of: Self.name) : nil
    }
}

struct Configure: WorkshopStage {
    static let name = "configure"
    static let product = StageProduct.disk
    static let sharesBoot = true
    let workshop: Workshop
}

struct Clean: WorkshopStage {
    static let name = "clean"
    static let product = StageProduct.disk
    static let sharesBoot = true
    let workshop: Workshop
}

struct Prove: WorkshopStage {
    static let name = "prove"
    static let product = StageProduct.report
    let workshop: Workshop
}

struct Convert: WorkshopStage {
    static let name = "convert"
    static let product = StageProduct.images
    let workshop: Workshop
    func digests(in folder: FilePath) throws -> [String: Digest] {
        ["image": Digest.of(try folder.appending("image").readBytes())]
    }
}

struct Compare: WorkshopStage {
    static let name = "compare"
    static let product = StageProduct.report
    let workshop: Workshop
}

struct Publish: WorkshopStage {
    static let name = "publish"
    static let product = StageProduct.nothing
    let workshop: Workshop
    func run(_ work: StageWork) async throws {
        try await workshop.perform(Self.name, Self.product, work)
        work.published("/output/release")
    }
}

/// Runs the stages of a boot one after another, and notes that it booted.
struct WorkshopBoot: SharedBoot {
    let workshop: Workshop

    func run(
        _ stages: [any Stage], _ work: StageWork,
        step: @Sendable (any Stage, () async throws -> Void) async throws -> Void
    ) async throws {
        try await workshop.perform("boot", .nothing, work)
        for stage in stages {
            try await step(stage) { try await workshop.perform(stage.name, .disk, work) }
        }
    }
}

/// Keeps events.
final class EventRecorder: EventSink {
    private let events = Mutex<[RunEvent]>([])
    func receive(_ event: RunEvent) { events.withLock { $0.append(event) } }
    var kinds: [RunEvent.Kind] { events.withLock { $0.map(\.kind) } }
    /// The names and stages: `stage-started install`.
    var names: [String] {
        get throws {
            try events.withLock { $0 }.map { event in
                let object = try JSONSerialization.jsonObject(with: Data(event.line.utf8)) as? [String: Any]
                return [object?["event"], object?["stage"]].compactMap { $0 as? String }.joined(separator: " ")
            }
        }
    }
}

extension TestFolder {
    /// Builds the workshop's pipeline once.
    @discardableResult
    func build(
        _ workshop: Workshop, template: String = "t", _ options: Runner.Options = .init(),
        events: any EventSink = EventRecorder()
    ) async throws -> RunResult {
        let run = try RunFolder.begin(template: template, version: "0", in: state)
        return try await runner(workshop, template: template, options).run(in: run, events: events)
    }

    func runner(_ workshop: Workshop, template: String = "t", _ options: Runner.Options = .init()) throws -> Runner {
        let stages: [any WorkshopStage] = [
            Fetch(workshop: workshop), Install(workshop: workshop), Configure(workshop: workshop),
            Clean(workshop: workshop), Prove(workshop: workshop), Convert(workshop: workshop),
            Compare(workshop: workshop), Publish(workshop: workshop),
        ]
        return try Runner(
            template: template, stages: stages, store: state.store, sharedBoot: WorkshopBoot(workshop: workshop),
            options: options, logger: Logger(label: "test"))
    }
}
