package import Deployment
internal import HostSystem
package import ProxmoxStandIn
internal import Testing

/// An upgrade in which something goes wrong, and the same command once more.
package struct FaultTrial: Sendable {
    /// What a try with a fault came to.
    package struct Outcome: Sendable {
        /// Whether the fault met its request.
        package let fired: Bool
        /// What the first try failed with; nil for one that coped.
        package let error: (any Error)?
    }

    /// Where it is tried.
    package let scene: ProxmoxScene
    private let story: any UpgradeStory
    private let first: ProxmoxClient
    private let second: ProxmoxClient
    private let others: Surroundings

    /// Lends a trial on a crowded cluster with a template of ours in use.
    ///
    /// - Parameters:
    ///   - story: What is upgraded.
    ///   - patience: That of first tries.
    package static func with(
        _ story: any UpgradeStory = TemplateUpgrade(), patience: ProxmoxPatience = ProxmoxScene.patience,
        _ body: (FaultTrial) async throws -> Void
    ) async throws {
        try await ProxmoxScene.with(.crowded()) { scene in
            let others = await Surroundings(of: scene.server)
            await scene.server.watchTemplate(named: "web", tag: "imagefactory-current")
            try await story.begin(in: scene)
            // A lock that the first try could not remove is this living process's, and has to grow old.
            var patient = ProxmoxScene.patience
            patient.lease = .seconds(1)
            let first = try ProxmoxScene.client(of: scene.server, patience: patience, talk: scene.talk)
            let second = try ProxmoxScene.client(of: scene.server, patience: patient, talk: scene.talk)
            try await body(FaultTrial(scene: scene, story: story, first: first, second: second, others: others))
        }
    }

    /// Upgrades to a version while a fault waits, and then without one.
    @discardableResult
    package func run(_ fault: Fault, at point: FaultPoint, upgradingTo version: Int) async throws -> Outcome {
        var failure: (any Error)?
        let fired = try await scene.server.withFault(at: point, fault) {
            do {
                try await story.upgrade(to: version, in: scene, through: first)
            } catch {
                failure = error
            }
        }
        let comment: Comment = "\(fault) at \(point): \(failure.map { "\($0)" } ?? "no error")"
        if let failure { expectNamed(failure, of: fault, comment) }
        #expect(await others.now(on: scene.server) == others, comment)
        try await scene.server.recover()
        try await story.upgrade(to: version, in: scene, through: second)
        // What a node was at when it restarted stays locked, and no token can change that.
        try await story.expectDone(version, in: scene, sparesLocked: fault.isRestart, comment)
        #expect(await others.now(on: scene.server) == others, comment)
        #expect(scene.server.violations == [], comment)
        expectSecrecy(failure)
        return Outcome(fired: fired, error: failure)
    }

    /// An error says in the API's words what went wrong, and what to do; it is no accident of ours.
    private func expectNamed(_ error: any Error, of fault: Fault, _ comment: Comment) {
        guard let error = error as? ProxmoxError else {
            #expect(error is ProxmoxDeploymentError || error is RolloutError || error is VanishedError, comment)
            return
        }
        #expect("\(error)".hasSuffix(error.advice), comment)
        switch (error.kind, fault) {
        // A wrong token is refused before the API's own code, which leaves no words.
        case (.refused(401), .refuse(status: 401, _)): break
        case (.refused(let status), .refuse(let other, let words)) where status == other:
            #expect("\(error)".contains(words), comment)
        case (.task, .failTask(let words)): #expect("\(error)".contains(words), comment)
        default: break
        }
    }

    private func expectSecrecy(_ error: (any Error)?) {
        let secret = scene.server.account.secret.reveal()
        let told =
            scene.talk.lines + scene.server.requests.map { "\($0) \($0.parameters)" } + ["\(String(describing: error))"]
        #expect(told.allSatisfy { !$0.contains(secret) })
    }
}

extension Fault {
    fileprivate var isRestart: Bool {
        if case .restartNode = self { true } else { false }
    }
}
