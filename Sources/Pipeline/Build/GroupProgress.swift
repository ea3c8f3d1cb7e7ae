internal import HostSystem
internal import Synchronization

/// Tells the world how stages that run together get on, one after another.
///
/// The boot counts to the first of them, and shutting down and storing the result to the last.
final class GroupProgress: Sendable {
    private struct State {
        var index = 0
        var started = ContinuousClock.now
        var seconds: [Double] = []
    }

    private let stages: [String]
    private let keys: [StageKey?]
    private let log: EventLog
    private let state = Mutex(State())

    /// Progress through `stages`, whose keys are `keys`.
    init(_ stages: [any Stage], keys: [StageKey?], log: EventLog) {
        self.stages = stages.map(\.name)
        self.keys = keys
        self.log = log
    }

    /// The name of the stage under way.
    var current: String { stages[state.withLock(\.index)] }

    /// Whether the last stage is under way.
    var isAtLast: Bool { state.withLock(\.index) == stages.count - 1 }

    /// The first stage begins.
    func begin() {
        state.withLock { $0.started = .now }
        log.emit(.stageStarted(stage: stages[0], key: keys[0]))
    }

    /// The stages up to `stage` are done, and `stage` begins.
    func move(to stage: String) {
        while current != stage, !isAtLast {
            finishCurrent()
            let index = state.withLock { state in
                state.index += 1
                return state.index
            }
            log.emit(.stageStarted(stage: stages[index], key: keys[index]))
        }
    }

    /// The stage under way has something to say.
    func report(_ message: String) {
        log.emit(.stageProgress(stage: current, message: message))
    }

    /// The last stage is done, and has made files with these digests.
    func end(made: [String: Digest] = [:]) {
        finishCurrent(made: made)
    }

    private func fail(_ error: StageError) {
        let seconds = state.withLock { ContinuousClock.now - $0.started }.seconds
        log.emit(.stageFailed(stage: error.stage, seconds: seconds, failure: StageFailure(error.cause)))
    }

    /// Tells that a stage failed, and wraps the error once; being cancelled is no failure.
    func failure(_ error: any Error) -> any Error {
        if Task.isCancelled || error is CancellationError { return CancellationError() }
        let error = error as? StageError ?? StageError(stage: current, cause: error)
        fail(error)
        return error
    }

    /// What became of the stages, once they are done.
    func results(action: Plan.Action) -> [RunResult.Stage] {
        let seconds = state.withLock(\.seconds)
        return zip(zip(stages, keys), seconds).map { stage, seconds in
            RunResult.Stage(name: stage.0, key: stage.1, action: action, seconds: seconds)
        }
    }

    private func finishCurrent(made: [String: Digest] = [:]) {
        let (index, seconds) = state.withLock { state in
            let seconds = (ContinuousClock.now - state.started).seconds
            state.seconds.append(seconds)
            state.started = .now
            return (state.index, seconds)
        }
        log.emitFinished(stages[index], key: keys[index], seconds: seconds, made: made)
    }
}
