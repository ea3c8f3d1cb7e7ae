internal import GuestAgent
internal import HostSystem
internal import Libvirt
internal import SystemPackage

extension Machine {
    /// Lets a paused machine run and returns its guest when the system is up: the agent runs programs, and the
    /// installed system's own first-boot work is done (kldload's ready test: contract, section 4.6).
    ///
    /// An agent that may not run programs is enabled over the serial console first.
    package func boot(
        deadline: Duration, stall: Duration, installUser: InstallUser?, report: @escaping @Sendable (String) -> Void
    ) async throws -> Guest {
        let judge = try await watch(
            BootJudge(stall: stall), deadline: deadline,
            prepare: { [domain] in try await domain.resume() },
            ask: { [agent] in await Self.bootReport(agent) },
            report: report)
        guard judge.isBlocked else { return Guest(machine: self) }
        guard let installUser else { throw MachineFailure(.agentBlocked, evidence: ["no user to log in as is known"]) }
        report("the agent may not run programs; enabling it over the serial console")
        try await AgentBootstrap(machine: self, user: installUser).enable()
        _ = try await watch(
            BootJudge(stall: stall), deadline: deadline, ask: { [agent] in await Self.bootReport(agent) },
            report: report)
        return Guest(machine: self, wasBlocked: true)
    }

    /// Prints the first unfinished part of the first boot, or nothing when all is done.
    private static let firstBootScript = """
        enabled() { systemctl is-enabled --quiet "$1" 2>/dev/null; }
        state=$(systemctl is-system-running 2>/dev/null)
        case "$state" in running|degraded) ;; *) echo "starting services"; exit 0;; esac
        if enabled kldload-firstboot.service && [ ! -e /var/lib/kldload/firstboot-done ]; then
            echo kldload-firstboot; exit 0
        fi
        if enabled kldload-autodeploy.service && [ ! -e /var/lib/kldload/autodeploy-skipped ]; then
            case "$(cat /var/lib/kldload/current-phase 2>/dev/null)" in
            ready|partial|nothing-requested) ;;
            *) echo kldload-autodeploy; exit 0;;
            esac
        fi
        if enabled kldload-smoke-firstboot.service && [ ! -e /var/lib/kldload/smoke-firstboot-done ]; then
            echo kldload-smoke-firstboot; exit 0
        fi
        """

    private static func bootReport(_ agent: Agent) async -> BootJudge.Report? {
        do {
            guard try await agent.info().canExecute else { return .blocked }
            let part = try await agent.shell(firstBootScript, deadline: .seconds(20)).text
            return part.isEmpty ? .ready : .busy(String(part.prefix(80)))
        } catch {
            return .silent
        }
    }
}
