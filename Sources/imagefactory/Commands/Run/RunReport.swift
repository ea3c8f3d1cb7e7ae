internal import Foundation
internal import HostSystem
internal import Pipeline
internal import SystemPackage

/// A run, as JSON.
struct RunReport: Encodable {
    /// One stage of it; the fields are those of the events.
    struct Stage: Encodable {
        let stage: String
        let action: Plan.Action?
        let key: StageKey?
        let started: String?
        let seconds: Double?
        let message: String?
        let cause: String?
        let evidence: [String]?
        let advice: String?
        let made: [String: Digest]?

        init(_ stage: RunSummary.Stage) {
            self.stage = stage.name
            action = stage.action
            key = stage.key
            started = stage.started
            seconds = stage.seconds
            message = stage.failure?.message
            cause = stage.failure?.cause
            evidence = stage.failure?.evidence
            advice = stage.failure?.advice
            made = stage.made.isEmpty ? nil : stage.made
        }
    }

    let run: String
    let template: String
    let status: RecordedRun.Status
    let started: String
    let ended: String?
    let seconds: Double?
    /// The stage that failed, and why.
    let failed: Stage?
    let release: String?
    let digest: Digest?
    let version: String?
    let pid: Int32?
    let host: RunHost?
    let accelerator: String?
    /// The run's folder, as long as it is there.
    let folder: String?
    let stages: [Stage]

    init(_ run: RecordedRun) {
        let summary = run.summary
        self.run = summary.id
        template = summary.template
        status = run.status
        started = summary.started
        ended = summary.ended
        seconds = run.time
        stages = summary.stages.map(Stage.init)
        failed = stages.first { $0.message != nil }
        release = summary.release?.path
        digest = summary.release?.digest
        version = summary.origin?.version
        pid = summary.origin?.process
        host = summary.origin?.host
        accelerator = summary.accelerator
        folder = run.folder?.path.string
    }

    /// A time of the record as people read it: `2026-11-23 04:45:12`.
    static func moment(_ stamp: String) -> String {
        String(stamp.prefix(19)).replacing("T", with: " ")
    }

    /// A time of the record; nil if it is none.
    static func date(_ stamp: String) -> Date? {
        try? Date(stamp, strategy: Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    }
}
