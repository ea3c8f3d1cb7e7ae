import Foundation
import HostSystem
import SystemPackage

@testable import Pipeline

/// A state folder with runs in it that no build has made, none of whose processes lives.
struct PreparedState {
    /// A run that was done.
    static let done = "20261123T044512Z-00000d"
    /// A later run, that failed.
    static let failed = "20261123T050000Z-00000f"
    /// The newest run, whose process went away.
    static let killed = "20261124T000000Z-0000ab"

    /// The folder.
    let folder: FilePath
    private let history: History
    private let key = StageKey(Digest.of("x"))

    /// Lends a folder.
    static func with(_ body: (PreparedState) async throws -> Void) async throws {
        try await withScratchFolder(in: "/var/tmp", prefix: "if-runs") { folder in
            // QEMU's account must be able to enter the state folder.
            chmod(folder.string, 0o755)
            let state = StateFolder(root: folder, cache: folder.appending("cache"))
            try state.create()
            try await body(
                PreparedState(folder: folder, history: await History.open(in: state, creating: true) { print($0) }))
        }
    }

    /// The state folder, as the factory knows it.
    var state: StateFolder { StateFolder(root: folder, cache: folder.appending("cache")) }

    /// Adds a run, of which its folder and the history know what happened in it.
    ///
    /// - Returns: The run's folder.
    @discardableResult
    func add(_ id: String, _ template: String, stages: [String], _ kinds: RunEvent.Kind...) throws -> RunPlaces {
        let places = RunPlaces(state.runs.appending(id))
        for folder in [places.logs, places.bundle] { try folder.createFolder() }
        var record = RunRecord(
            id: id, template: template, version: "0.1.0", process: 1, started: "2026-11-23T04:45:12.000Z")
        if case .runFinished(let outcome, _, _)? = kinds.last { record.outcome = outcome }
        try places.record.write(try JSON.document(record))
        try places.lock.write([])
        let origin = RunOrigin(version: "0.1.0", process: 1, folder: places.path.string, host: .current)
        let events = ([.runStarted(stages: stages, origin: origin)] + kinds).map {
            RunEvent(time: "2026-11-23T04:45:12.000Z", run: id, template: template, kind: $0)
        }
        try places.journal.write(events.map { $0.line + "\n" }.joined().utf8)
        let recorder = HistoryRecorder(history)
        for event in events { recorder.receive(event) }
        return places
    }

    /// Adds the three runs.
    func fill() throws {
        try add(
            Self.done, "web", stages: ["install-system", "convert-image"],
            .stageStarted(stage: "install-system", key: key),
            .stageFinished(stage: "install-system", key: key, seconds: 65, made: [:], accelerator: "tcg"),
            .stageCached(stage: "convert-image", key: key, made: ["image.qcow2": Digest.of("y")]),
            .runFinished(
                outcome: .done, seconds: 66, release: PublishedRelease(path: "/output/web/v1", digest: Digest.of("z"))))
        let failed = try add(
            Self.failed, "db", stages: ["install-system", "seal"], .stageStarted(stage: "install-system", key: key),
            .stageFailed(
                stage: "install-system", seconds: 5,
                failure: StageFailure(
                    message: "the installer found no answers [no-seed]\n  > it waits", cause: "no-seed",
                    evidence: ["it waits\u{1B}[2J"], advice: "check the medium")),
            .runFinished(outcome: .failed, seconds: 6, release: nil))
        try failed.logs.appending("install-system.log").write("the log of the stage\n".utf8)
        try failed.logs.appending("console-install.log").write("Booting\nno end of line".utf8)
        try failed.bundle.appending("screen.png").write("PNG".utf8)
        try add(Self.killed, "web", stages: ["install-system"], .stageStarted(stage: "install-system", key: key))
    }
}
