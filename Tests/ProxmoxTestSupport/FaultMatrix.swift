package import Deployment
package import ProxmoxStandIn

/// Every fault at every request of an upgrade that it can harm.
package enum FaultMatrix {
    /// A row of it.
    package typealias Row = Fault

    /// The faults: what servers, networks, tasks and other people do.
    package static let faults: [Fault] =
        anywhere + [
            .restartNode(after: .milliseconds(200)), .reset(afterBytes: 20_000), .corruptUpload, .takeName,
            .useTemplate,
        ]

    /// Those of them that can meet a fleet's requests, too, in which no image is uploaded and no template removed; but for a
    /// node's restart, after which a machine that was being made stays locked until somebody unlocks it.
    package static let anywhere: [Fault] = [
        .refuseConnections, .reset(afterBytes: 0), .status(500), .status(401), .status(403), .status(595), .loseReply,
        .truncateReply, .hang, .fillStorage, .failTask("no space left on device"), .endlessTask, .takeVMID,
    ]

    /// How a row went.
    package struct Tally: Sendable, CustomStringConvertible {
        /// The requests that met the fault.
        package var requests = 0
        /// Of them, those after which the first try failed; the others coped.
        package var failures = 0

        package var description: String { "\(requests) requests, \(failures) failed tries" }
    }

    /// Patience that is soon at its end, so that what never answers takes a second and not a minute.
    package static var patience: ProxmoxPatience {
        var patience = ProxmoxScene.patience
        patience.connection = .seconds(5)
        patience.idle = .seconds(1)
        patience.request = .seconds(4)
        patience.task = .seconds(2)
        patience.boot = .seconds(4)
        patience.check = .seconds(4)
        patience.lock = .seconds(2)
        patience.outage = .seconds(2)
        return patience
    }

    /// Has a fault meet one request after another that it can harm, each in an upgrade of its own, until it comes after the
    /// last.
    ///
    /// - Parameters:
    ///   - story: What is upgraded.
    ///   - start: The first request.
    ///   - step: How many requests further the next one is.
    package static func run(
        _ fault: Fault, in story: any UpgradeStory = TemplateUpgrade(), from start: Int = 0, step: Int = 1
    ) async throws -> Tally {
        var tally = Tally()
        try await FaultTrial.with(story, patience: patience) { trial in
            var (number, version) = (start, 1)
            while true {
                let point = fault.harms.map { FaultPoint.occurrence(number + 1, where: $0) } ?? .request(number)
                let outcome = try await trial.run(fault, at: point, upgradingTo: version)
                guard outcome.fired else { return }
                tally.requests += 1
                if outcome.error != nil { tally.failures += 1 }
                number += step
                version = 1 - version
            }
        }
        return tally
    }
}

extension Fault {
    /// Whether it can harm a request; nil for one that can harm any.
    fileprivate var harms: (@Sendable (RecordedRequest) -> Bool)? {
        switch self {
        case .failTask, .endlessTask: { $0.method != "GET" }
        case .corruptUpload, .reset(afterBytes: 1...): { $0.path.hasSuffix("/upload") }
        case .takeVMID: { $0.method == "POST" && ($0.path.hasSuffix("/qemu") || $0.path.hasSuffix("/clone")) }
        case .takeName: { $0.path.hasSuffix("/qemu") || $0.path.hasSuffix("/clone") || $0.path.hasSuffix("/config") }
        case .useTemplate: { $0.endpoint == "DELETE /nodes/{node}/qemu/{vmid}" }
        default: nil
        }
    }
}
