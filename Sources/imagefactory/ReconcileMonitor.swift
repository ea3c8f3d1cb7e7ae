internal import Deployment
internal import Foundation
internal import HostSystem
internal import Logging
internal import MetricsServer
internal import Promotion
internal import Synchronization
internal import SystemPackage

/// Keeps what passes over fleets show, and tells collectors of metrics.
final class ReconcileMonitor: Sendable {
    private let metrics = Mutex(ReconcileMetrics())
    private let textfile: FilePath?

    /// A monitor.
    ///
    /// - Parameter textfile: A file that is written anew after each pass; nil for none.
    init(textfile: FilePath?) {
        self.textfile = textfile
    }

    /// Takes note of a pass, however it ends.
    func watch(_ pass: () async throws -> [FleetResult]) async throws -> [FleetResult] {
        let clock = ContinuousClock()
        let start = clock.now
        do {
            let results = try await pass()
            try note(results, took: clock.now - start)
            return results
        } catch let error as CancellationError {
            throw error
        } catch let error as TextfileError {
            throw error
        } catch {
            try note(nil, took: clock.now - start)
            throw error
        }
    }

    private func note(_ results: [FleetResult]?, took duration: Duration) throws {
        let now = Int64(Date.now.timeIntervalSince1970)
        let families = metrics.withLock { metrics in
            metrics.note(results, at: now, took: duration)
            return metrics.families
        }
        guard let textfile else { return }
        do {
            try textfile.writeAtomically(ExpositionFormat.prometheus.document(families).utf8)
        } catch let error as Errno {
            throw TextfileError(path: textfile, reason: error)
        }
    }

    /// Serves the metrics until the task is cancelled.
    func serve(at address: ListenAddress) async throws {
        let logger = Logger(label: "imagefactory") { _ in SwiftLogNoOpLogHandler() }
        let server = MetricsServer(address: address, logger: logger) { accept in
            let format = ExpositionFormat(accepting: accept)
            let families = self.metrics.withLock { $0.families }
            return MetricsPage(contentType: format.contentType, text: format.document(families))
        }
        try await server.run { Talk.say("serving http://\($0)/metrics") }
    }
}
