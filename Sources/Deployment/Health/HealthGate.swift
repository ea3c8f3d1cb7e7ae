package import GuestAgent
internal import HostSystem

/// Asks a machine until it passes all checks, or until its time is up.
package struct HealthGate: Sendable {
    private let policy: HealthPolicy
    private let name: String
    private let agent: Agent
    private let address: @Sendable () async throws -> String?
    /// How long it waits between two looks.
    package var interval: Duration = .seconds(1)

    private static let checkDeadline: Duration = .seconds(20)

    /// A gate for a machine.
    ///
    /// - Parameter address: Tells the machine's address once it has one.
    package init(
        _ policy: HealthPolicy, of name: String, agent: Agent, address: @escaping @Sendable () async throws -> String?
    ) {
        self.policy = policy
        self.name = name
        self.agent = agent
        self.address = address
    }

    /// Waits until all checks pass.
    ///
    /// - Throws: `CancellationError` alone, and what ends the wait from outside: that a check fails is an outcome.
    package func run() async throws -> HealthOutcome {
        let checks = policy.asksAgent ? [.agent] + policy.checks.filter { $0 != .agent } : policy.checks
        var last = "nothing was asked"
        let clock = ContinuousClock()
        let end = clock.now + policy.deadline
        while true {
            guard let (check, reason) = try await firstFailure(of: checks) else { return .good }
            last = "\(check): \(reason)"
            guard clock.now < end else { break }
            try await clock.sleep(until: min(end, clock.now + interval))
        }
        return .bad("not healthy after \(policy.deadline.brief): \(last)")
    }

    private func firstFailure(of checks: [HealthCheck]) async throws -> (HealthCheck, String)? {
        for check in checks {
            do {
                if let reason = try await objection(check) { return (check, reason) }
            } catch let error as CancellationError {
                throw error
            } catch {
                return (check, "\(error)")
            }
        }
        return nil
    }

    /// What speaks against the machine; nil if it passes.
    private func objection(_ check: HealthCheck) async throws -> String? {
        var place: String?
        if check.needsAddress {
            place = try await address()
            if place == nil { return "the machine has no address yet" }
        }
        switch check {
        case .agent:
            try await agent.ping(deadline: .seconds(5))
            return nil
        case .command(let text):
            let result = try await agent.shell(text, deadline: Self.checkDeadline)
            return result.succeeded ? nil : "it ended with \(result.exitCode.map(String.init) ?? "a signal")"
        case .tcp(let port):
            return try await TCPProbe(address: place ?? "", port: port).run(deadline: .seconds(5))
        case .http(let port, let path):
            return try await ask("http://\(Self.host(place ?? "")):\(port)\(path)")
        case .script(let path):
            try await Program.run(
                path, environment: ["MACHINE_NAME": name, "MACHINE_ADDRESS": place ?? ""], deadline: Self.checkDeadline)
            return nil
        }
    }

    private func ask(_ address: String) async throws -> String? {
        // Nobody's settings, proxy or pattern comes between this host and the machine.
        let plainly = ["--disable", "--noproxy", "*", "--globoff"]
        let status = try await Program.run(
            "curl",
            plainly + ["--silent", "--output", "/dev/null", "--max-time", "10", "--write-out", "%{http_code}"]
                + ["--url", address], deadline: Self.checkDeadline
        ).text
        guard let code = Int(status), (200..<400).contains(code) else { return "it answered with status \(status)" }
        return nil
    }

    private static func host(_ address: String) -> String { address.contains(":") ? "[\(address)]" : address }
}
