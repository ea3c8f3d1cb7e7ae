package import Logging

/// Runs the stages of a template, or says what it would do.
///
/// Results live in the store under their keys, and the store alone decides what must be done: no journal is trusted.
package struct Runner: Sendable {
    /// How a run differs from the usual one.
    package struct Options: Sendable, Equatable {
        /// The first stage that runs even if its result is stored.
        package var from: String?
        /// The last stage that runs at all.
        package var until: String?
        /// Whether stored results are used.
        package var usesCache = true
        /// How long to wait for another process that makes the same result.
        package var lockDeadline: Duration = .seconds(6 * 3600)

        /// The usual run.
        package init(from: String? = nil, until: String? = nil, usesCache: Bool = true) {
            self.from = from
            self.until = until
            self.usesCache = usesCache
        }
    }

    /// The template's name.
    let template: String
    /// The stages in order, as far as they run.
    let stages: [any Stage]
    /// The results.
    let store: Store
    /// What runs stages that share a boot.
    let sharedBoot: any SharedBoot
    /// How this run differs from the usual one.
    let options: Options
    /// Takes secrets out of the texts of events.
    let redact: @Sendable (String) -> String
    /// Where talk goes.
    let logger: Logger

    /// A runner of `stages`.
    ///
    /// - Throws: ``UnknownStageError`` when an option names a stage that is not among them.
    package init(
        template: String, stages: [any Stage], store: Store, sharedBoot: any SharedBoot, options: Options = Options(),
        redact: @escaping @Sendable (String) -> String = { $0 }, logger: Logger
    ) throws {
        let names = stages.map(\.name)
        for name in [options.from, options.until].compactMap(\.self) where !names.contains(name) {
            throw UnknownStageError(name: name, stages: names)
        }
        let end = options.until.flatMap { until in names.firstIndex(of: until) } ?? names.count - 1
        if let from = options.from.flatMap({ names.firstIndex(of: $0) }), from > end {
            throw UnknownStageError(name: names[from], stages: Array(names[...end]))
        }
        self.template = template
        self.stages = Array(stages.prefix(end + 1))
        self.store = store
        self.sharedBoot = sharedBoot
        self.options = options
        self.redact = redact
        self.logger = logger
    }
}

/// A stage that the pipeline does not have.
package struct UnknownStageError: Error, CustomStringConvertible {
    /// The name that was asked for.
    package let name: String
    /// The stages there are.
    package let stages: [String]

    /// The error for `name`, where only `stages` are known.
    package init(name: String, stages: [String]) {
        self.name = name
        self.stages = stages
    }

    package var description: String {
        "'\(name)' is not a stage of this run; "
            + (name.didYouMean(stages) ?? "the stages are " + stages.joined(separator: ", "))
    }
}
