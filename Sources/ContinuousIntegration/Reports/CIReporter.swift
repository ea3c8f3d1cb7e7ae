internal import HostSystem
package import Pipeline
internal import Synchronization

/// Writes the log of a job as its forge wants it, and keeps what the reports at the end tell.
package final class CIReporter: EventSink {
    private struct State {
        var log = GroupedLog()
        var record: BuildRecord
    }

    private let dialect: any ReportDialect
    private let write: @Sendable (String) -> Void
    private let state: Mutex<State>

    /// A reporter of one build.
    ///
    /// - Parameter write: Takes each line, without its end.
    package init(of build: CIBuild, dialect: any ReportDialect, write: @escaping @Sendable (String) -> Void) {
        self.dialect = dialect
        self.write = write
        state = Mutex(State(record: BuildRecord(template: build.template, version: build.version)))
    }

    /// What has become of the build so far.
    package var record: BuildRecord { state.withLock { $0.record } }

    package func receive(_ event: RunEvent) {
        state.withLock { state in
            state.record.apply(event)
            for line in Self.lines(of: event, in: &state.log) { show(line) }
        }
        guard case .stageFailed(let stage, _, let failure) = event.kind else { return }
        let cause = failure.cause.map { " [\($0)]" } ?? ""
        for line in dialect.annotation(
            Annotation(title: "\(stage) failed\(cause)", message: failure.message))
        {
            write(line)
        }
    }

    private func show(_ line: GroupedLog.Line) {
        switch line {
        case .opening(let group, let time): for line in dialect.opening(group, at: time) { write(line) }
        case .text(let text): write(dialect.line(text))
        case .closing(let group, let time): for line in dialect.closing(group, at: time) { write(line) }
        }
    }

    private static func lines(of event: RunEvent, in log: inout GroupedLog) -> [GroupedLog.Line] {
        let time = UTCStamp.seconds(event.time).map { Int($0) } ?? 0
        func brief(_ seconds: Double) -> String { Duration.seconds(seconds).brief }
        switch event.kind {
        case .runStarted(let stages, _):
            return log.note("building \(event.template): \(stages.joined(separator: ", "))")
        case .runPlanned: return []
        case .stageStarted(let stage, _): return log.begin(stage, at: time)
        case .stageProgress(let stage, let message): return log.say(message, in: stage)
        case .stageCached(let stage, let key, _): return log.note("\(stage): stored (\(key.short))")
        case .stageSkipped(let stage, _): return log.note("\(stage): not needed")
        case .stageFinished(let stage, _, let seconds, _, _):
            return log.say("done in \(brief(seconds))", in: stage) + log.end(stage, at: time)
        case .stageFailed(let stage, let seconds, _):
            return log.say("failed after \(brief(seconds))", in: stage) + log.end(stage, at: time)
        case .runFinished(let outcome, let seconds, _):
            return log.finish(at: time) + log.note("\(outcome.rawValue) after \(brief(seconds))")
        }
    }
}
