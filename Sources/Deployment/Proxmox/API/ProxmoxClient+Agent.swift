internal import HostSystem

extension ProxmoxClient {
    /// Waits until a guest's agent answers.
    ///
    /// - Throws: `DeadlineError` when it does not within the patience for a boot.
    func waitForAgent(_ place: MachinePlace) async throws {
        try await poll(every: patience.interval, deadline: patience.boot, for: "the agent of \(place)") {
            do {
                _ = try await post(place.path + ["agent", "ping"], as: Ignored.self)
                return ()
            } catch let error as ProxmoxError where error.kind == .refused(500) || error.isPassing {
                return nil
            }
        }
    }

    /// Runs a command in a guest by its shell, to its end.
    ///
    /// - Throws: `DeadlineError`, ``ProxmoxError``.
    func run(_ command: String, in place: MachinePlace) async throws -> GuestCommandEnd {
        struct Started: Decodable {
            let pid: LooseInt
        }
        let words = ["/bin/sh", "-c", command].map { ("command", $0) }
        let started: Started = try await post(place.path + ["agent", "exec"], words)
        return try await poll(every: patience.interval, deadline: patience.check, for: "'\(command)'") {
            let status: ExecStatus = try await get(
                place.path + ["agent", "exec-status"], [("pid", "\(started.pid.value)")])
            guard status.exited.value else { return nil }
            let output = (status.output ?? "") + (status.errors ?? "")
            return GuestCommandEnd(code: status.code?.value, output: plain(output.suffix(500)))
        }
    }

    /// The addresses of a guest that others can reach it at.
    func addresses(of place: MachinePlace) async throws -> [String] {
        struct Answer: Decodable {
            let result: [Interface]
        }
        let answer: Answer = try await get(place.path + ["agent", "network-get-interfaces"])
        return answer.result.flatMap { $0.addresses ?? [] }.map(\.address).filter(Self.isReachable)
            .map { TerminalText.plain($0.prefix(64)) }
    }

    /// The addresses of a guest that others can reach it at; none where its agent does not tell them.
    func knownAddresses(of place: MachinePlace) async throws -> [String] {
        do {
            return try await addresses(of: place)
        } catch is ProxmoxError {
            // A request that was broken off fails, too.
            try Task.checkCancellation()
            return []
        }
    }

    /// Whether an address is more than a machine's own.
    private static func isReachable(_ address: String) -> Bool {
        !address.hasPrefix("127.") && address != "::1" && !address.lowercased().hasPrefix("fe80:")
    }

    private struct ExecStatus: Decodable {
        let exited: LooseBool
        let code: LooseInt?
        let output: String?
        let errors: String?

        private enum CodingKeys: String, CodingKey {
            case exited
            case code = "exitcode"
            case output = "out-data"
            case errors = "err-data"
        }
    }

    private struct Interface: Decodable {
        let addresses: [Address]?

        private enum CodingKeys: String, CodingKey {
            case addresses = "ip-addresses"
        }
    }

    private struct Address: Decodable {
        let address: String

        private enum CodingKeys: String, CodingKey {
            case address = "ip-address"
        }
    }
}
