internal import Attestation
internal import HostSystem
internal import SystemPackage

/// Runs the gates of a channel one after the other, until one fails.
struct GateRun {
    let gates: [Gate]
    let subject: GateSubject
    /// The folder that the commands run in.
    let folder: FilePath
    /// Takes lines for people.
    let report: @Sendable (String) -> Void

    /// How a gate did not succeed.
    struct Failure: Sendable {
        let gate: String
        let reason: String
    }

    /// Runs them.
    ///
    /// - Throws: `CancellationError` alone; what a gate does wrong is its failure.
    func run() async throws -> (checks: [VerificationSummary.Check], failure: Failure?) {
        var checks: [VerificationSummary.Check] = []
        for gate in gates {
            report("gate '\(gate.name)': running")
            let start = ContinuousClock.now
            let failure = try await run(gate)
            let seconds = (ContinuousClock.now - start).components.seconds
            checks.append(.init(name: gate.name, result: failure == nil ? .passed : .failed, seconds: seconds))
            guard failure == nil else { return (checks, failure) }
            report("gate '\(gate.name)': passed in \(seconds) s")
        }
        return (checks, nil)
    }

    private func run(_ gate: Gate) async throws -> Failure? {
        do {
            try await Program.run(
                "/bin/sh", ["-euc", "exec 1>&2; " + gate.run], environment: subject.environment, in: folder,
                deadline: gate.timeout)
            return nil
        } catch ProgramError.failed(_, let status, let message) {
            return Failure(
                gate: gate.name, reason: "it ended with \(status)" + (message.isEmpty ? "" : "\n\(message.plainLines)"))
        } catch ProgramError.timedOut(_, let limit) {
            return Failure(gate: gate.name, reason: "it was still running after \(limit.inWords)")
        }
    }
}

/// A gate that did not let a release through.
package struct GateError: Error, CustomStringConvertible {
    /// The gate.
    package let gate: String
    /// The release.
    package let release: ReleaseIdentity
    /// What happened.
    package let reason: String
    /// Where that is recorded.
    package let record: String

    package var description: String {
        """
        the gate '\(gate)' did not let \(release.template) \(release.version) through: \(reason)
        this is recorded in \(record)
        """
    }
}
