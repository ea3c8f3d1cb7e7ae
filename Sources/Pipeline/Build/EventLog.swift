internal import Foundation
internal import HostSystem
internal import Logging
internal import Synchronization
internal import SystemPackage

/// Hands the events of a run to its journal and to whoever watches, one at a time.
final class EventLog: Sendable {
    private let run: String
    private let template: String
    private let accelerator: @Sendable () -> String?
    private let sink: any EventSink
    private let redact: @Sendable (String) -> String
    private let logger: Logger
    private let journal: Mutex<FileDescriptor?>

    /// The events of `run`, for `sink`; `accelerator` tells what executes guests, once it is chosen, and `redact` takes
    /// secrets out of texts.
    init(
        run: RunFolder, sink: any EventSink, accelerator: @escaping @Sendable () -> String?,
        redact: @escaping @Sendable (String) -> String, logger: Logger
    ) {
        self.run = run.id
        template = run.record.template
        self.accelerator = accelerator
        self.sink = sink
        self.redact = redact
        self.logger = logger
        let file = try? FileDescriptor.open(
            run.journal, .writeOnly, options: [.create, .append, .closeOnExec], permissions: .publicFile)
        journal = Mutex(file)
    }

    deinit {
        journal.withLock { try? $0?.close() }
    }

    /// Tells that a stage is done, now.
    func emitFinished(_ stage: String, key: StageKey?, seconds: Double, made: [String: Digest]) {
        emit(.stageFinished(stage: stage, key: key, seconds: seconds, made: made, accelerator: accelerator()))
    }

    /// Tells that something happened, now.
    ///
    /// The journal is for people: a full disk must not end a run that could still finish, so its errors are only logged.
    func emit(_ kind: RunEvent.Kind) {
        let kind = kind.redacted(by: redact)
        journal.withLock { file in
            let event = RunEvent(time: UTCStamp.full(Date()), run: run, template: template, kind: kind)
            do {
                _ = try file?.writeAll((event.line + "\n").utf8)
            } catch {
                logger.warning("the journal cannot be written", metadata: ["run.id": "\(run)", "error": "\(error)"])
                try? file?.close()
                file = nil
            }
            sink.receive(event)
        }
    }
}
