/// A question to a machine that shows whether it does its work.
package enum HealthCheck: Sendable, Hashable, CustomStringConvertible {
    /// The guest's agent answers.
    case agent
    /// A shell command in the guest ends with 0.
    case command(String)
    /// A port of the machine's address takes a connection.
    case tcp(Int)
    /// An address of the machine's answers with a status from 200 to 399: `http` at a port, with a path.
    case http(port: Int, path: String)
    /// A program of this host ends with 0; it is told `MACHINE_NAME` and `MACHINE_ADDRESS`.
    case script(String)

    /// The check that a text asks for: `agent`, `command:TEXT`, `tcp:22`, `http:8080/healthy`, `script:PATH`.
    package init(parsing text: String) throws(HealthCheckError) {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let rest = parts.count == 2 ? parts[1] : ""
        switch (parts[0], rest.isEmpty) {
        case ("agent", true) where parts.count == 1: self = .agent
        case ("command", false): self = .command(rest)
        case ("script", false): self = .script(rest)
        case ("tcp", false):
            guard let port = Self.port(rest) else { throw HealthCheckError(text: text) }
            self = .tcp(port)
        case ("http", false):
            let slash = rest.firstIndex(of: "/") ?? rest.endIndex
            let path = slash == rest.endIndex ? "/" : String(rest[slash...])
            guard let port = Self.port(String(rest[..<slash])), Self.isPath(path) else {
                throw HealthCheckError(text: text)
            }
            self = .http(port: port, path: path)
        default: throw HealthCheckError(text: text)
        }
    }

    package var description: String {
        switch self {
        case .agent: "agent"
        case .command(let text): "command:\(text)"
        case .tcp(let port): "tcp:\(port)"
        case .http(let port, let path): "http:\(port)\(path)"
        case .script(let path): "script:\(path)"
        }
    }

    /// Whether it asks over the network.
    var needsAddress: Bool {
        switch self {
        case .tcp, .http, .script: true
        case .agent, .command: false
        }
    }

    /// Whether it asks the guest's agent.
    package var needsAgent: Bool {
        switch self {
        case .agent, .command: true
        case .tcp, .http, .script: false
        }
    }

    private static func port(_ text: String) -> Int? {
        Int(text).flatMap { (1...65535).contains($0) && text.allSatisfy(\.isNumber) ? $0 : nil }
    }

    private static func isPath(_ path: String) -> Bool {
        path.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F } && path.utf8.count <= 1024
    }
}

/// What has to hold of a machine before the next one is touched.
package struct HealthPolicy: Sendable, Hashable {
    /// The checks; all must pass.
    package var checks: [HealthCheck]
    /// Whether the guest's agent must answer, too; images without one are judged by the checks alone.
    package var asksAgent: Bool
    /// How long a machine has for that, from its start on.
    package var deadline: Duration

    /// A policy.
    package init(checks: [HealthCheck] = [], asksAgent: Bool = true, deadline: Duration = .seconds(600)) {
        self.checks = checks
        self.asksAgent = asksAgent
        self.deadline = deadline
    }
}

/// What a look at a machine's health found.
package enum HealthOutcome: Sendable, Hashable {
    /// All checks passed.
    case good
    /// One did not, for this reason.
    case bad(String)
}

/// A check that cannot be read.
package struct HealthCheckError: Error, CustomStringConvertible {
    /// The text as it was written.
    package let text: String

    package var description: String {
        "'\(text)' is no health check; write agent, command:TEXT, tcp:PORT, http:PORT/PATH or script:PATH"
    }
}
