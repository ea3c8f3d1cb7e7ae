import HostSystem
import Logging
package import Pipeline
import SystemPackage

/// A stage that takes no time; a pipeline of them has all that a real one has, but for the machines.
///
/// What they write is ``CheckedText``, so that whoever finds it can tell whether it is whole.
package protocol CheapStage: Stage {
    /// An option, which changes the key.
    var option: String { get }
}

extension CheapStage {
    package static var summary: String { "does \(name)" }
    package static var revision: Int { 1 }

    package func ingredients() async throws -> Ingredients? {
        try Ingredients(options: ["option": option])
    }

    /// The lines of the disk before, and one of this making.
    fileprivate func disk(over base: FilePath?) throws -> CheckedText {
        let below = try base.map { try CheckedText.read($0).lines } ?? []
        return CheckedText(below + ["\(Self.name):\(option):\(String.randomHex(digits: 6))"])
    }
}

/// Keeps nothing.
package struct CheapFetch: CheapStage {
    package static let name = "fetch"
    package static let product = StageProduct.nothing
    package let option: String

    package func run(_ work: StageWork) async throws {
        try work.folder.appending("scratch").write("x".utf8)
    }
}

/// Makes the first disk.
package struct CheapInstall: CheapStage {
    package static let name = "install"
    package static let product = StageProduct.disk
    package let option: String

    package func run(_ work: StageWork) async throws {
        try disk(over: nil).write(to: work.folder.appending("disk.qcow2"))
    }
}

/// Makes a disk in a boot that it shares.
package struct CheapProvision: CheapStage {
    package static let name = "provision"
    package static let product = StageProduct.disk
    package static let sharesBoot = true
    package let option: String

    package func run(_ work: StageWork) async throws {}
}

/// Makes a disk in a boot that it shares.
package struct CheapSeal: CheapStage {
    package static let name = "seal"
    package static let product = StageProduct.disk
    package static let sharesBoot = true
    package let option: String

    package func run(_ work: StageWork) async throws {}
}

/// Reports on the disk.
package struct CheapProof: CheapStage {
    package static let name = "prove"
    package static let product = StageProduct.report
    package let option: String

    package func run(_ work: StageWork) async throws {
        try CheckedText(["proof"]).write(to: work.folder.appending("report.json"))
    }
}

/// Makes two images, one of them in a folder.
package struct CheapConversion: CheapStage {
    package static let name = "convert"
    package static let product = StageProduct.images
    package let option: String

    package func run(_ work: StageWork) async throws {
        guard let disk = work.disk else { return }
        let image = try CheckedText.read(disk)
        try work.folder.appending("parts").createFolder()
        for name in ["image.raw", "parts/image.qcow2"] { try image.write(to: work.folder.pushing(FilePath(name))) }
    }
}

/// Runs the stages of a shared boot.
package struct CheapBoot: SharedBoot {
    package func run(
        _ stages: [any Stage], _ work: StageWork,
        step: @Sendable (any Stage, () async throws -> Void) async throws -> Void
    ) async throws {
        let disk = work.folder.appending("disk.qcow2")
        for stage in stages {
            try await step(stage) {
                guard let stage = stage as? any CheapStage else { return }
                try stage.disk(over: disk.exists ? disk : work.disk).write(to: disk)
            }
        }
    }
}

/// A pipeline of cheap stages.
package struct CheapPipeline: Sendable {
    /// The template's name.
    package var template: String
    /// The stages' options, by their names; a stage without one has an empty option.
    package var options: [String: String]

    /// The pipeline of a template.
    package init(template: String = "cheap", options: [String: String] = [:]) {
        self.template = template
        self.options = options
    }

    /// The names of the stages that write the disk.
    package static let diskStages = [CheapInstall.name, CheapProvision.name, CheapSeal.name]

    /// Runs it once, as a run of its own.
    @discardableResult
    package func build(in state: StateFolder, events: any EventSink) async throws -> RunResult {
        let run = try RunFolder.begin(template: template, version: "0", in: state)
        let stages: [any Stage] = [
            CheapFetch(option: option("fetch")), CheapInstall(option: option("install")),
            CheapProvision(option: option("provision")), CheapSeal(option: option("seal")),
            CheapProof(option: option("prove")), CheapConversion(option: option("convert")),
        ]
        return try await Runner(
            template: template, stages: stages, store: state.store, sharedBoot: CheapBoot(),
            logger: Logger(label: "cheap")
        ).run(in: run, events: events)
    }

    private func option(_ stage: String) -> String { options[stage, default: ""] }
}
