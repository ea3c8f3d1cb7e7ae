internal import Dispatch
internal import Glibc

/// Cancels a task when the process is asked to end: SIGINT (Ctrl-C), SIGTERM or SIGHUP.
///
/// The task then ends by itself, with all its clean-ups.
final class SignalCancellation {
    private let sources: [any DispatchSourceSignal]

    /// Listens for the signals.
    init(of task: Task<Int32, Never>) {
        sources = [SIGINT, SIGTERM, SIGHUP].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { @Sendable in task.cancel() }
            source.resume()
            return source
        }
    }

    /// Stops listening.
    func stop() {
        for source in sources { source.cancel() }
    }
}
