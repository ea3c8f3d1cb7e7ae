internal import ArgumentParser
internal import Foundation
internal import HostSystem
internal import Pipeline

/// `imagefactory gc`: gives back the room that nobody needs.
struct GC: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gc", abstract: "Gives back the room of old results and runs, and of what killed runs left.",
        discussion: """
            For each template, the newest results are kept with everything that they stand on, and so is everything that a \
            running build uses. What it does not know is never touched.
            """)

    @Option(help: "How many results and runs of each template are kept.")
    var keep = KeepRules().chains

    @Option(help: "For how long failed runs are kept: 12h, 30d.")
    var maxAge = Age(time: KeepRules().maxAge)

    @Flag(help: "Only say what would go.")
    var dryRun = false

    @OptionGroup var global: GlobalOptions

    func validate() throws {
        guard keep >= 0 else { throw ValidationError("--keep is a number from 0 on") }
    }

    func run() async throws {
        let state = try global.state()
        let dead = AbandonedRuns(state: state)
        let collection = GarbageCollection(in: state, rules: KeepRules(chains: keep, maxAge: maxAge.time))
        var garbage = dryRun ? try dead.find().remains.map(\.garbage) : try await dead.clean { _ in }
        garbage += dryRun ? collection.garbage() : try await collection.collect()
        let report = Report(isDryRun: dryRun, bytes: garbage.map(\.bytes).reduce(0, +), garbage: garbage)
        guard global.format == .text else { return try Talk.result(json: report) }
        for line in report.lines { Talk.result(line) }
    }

    /// What went, or would go.
    struct Report: Encodable {
        let isDryRun: Bool
        let bytes: Int64
        let garbage: [Garbage]

        /// The report for people.
        var lines: [String] {
            let width = garbage.map(\.kind.rawValue.count).max() ?? 0
            return garbage.map { item in
                let kind = item.kind.rawValue.padding(toLength: width, withPad: " ", startingAt: 0)
                let name = item.kind == .result ? String(item.name.prefix(12)) : item.name
                let size = item.bytes > 0 ? ", \(ByteCount(item.bytes))" : ""
                return "\(kind)  \(name)\(size): \(item.reason)"
            } + [garbage.isEmpty ? "nothing to free" : "\(isDryRun ? "would free" : "freed") \(ByteCount(bytes))"]
        }
    }
}

/// A time on the command line: `90s`, `12h`, `30d`.
struct Age: ExpressibleByArgument, CustomStringConvertible {
    /// The time.
    let time: Duration

    init(time: Duration) {
        self.time = time
    }

    init?(argument: String) {
        guard let time = Duration(parsing: argument) else { return nil }
        self.time = time
    }

    var description: String { "\(time.components.seconds / 86400)d" }
}
