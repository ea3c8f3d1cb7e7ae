internal import GuestAgent
internal import HostSystem
internal import Libvirt

extension Machine {
    /// Lets a paused machine run and returns its guest when the system is up: the agent runs programs, and the
    /// installed system's own first-boot work is done (kldload's ready test: contract, section 4.6).
    ///
    /// An agent that may not run programs is enabled over the serial console first.
    package func boot(
        deadline: Duration, stall: Duration, installUser: InstallUser?, report: @escaping @Sendable (String) -> Void
    ) async throws -> Guest {
        let judge = try await watch(
            BootJudge(vitals(stall: stall)), deadline: deadline,
            prepare: { [domain] in try await abandonable { try await domain.resume() } },
            ask: { [self] in await bootReport() },
            report: report)
        guard judge.isBlocked else { return Guest(machine: self) }
        guard let installUser else { throw MachineFailure(.agentBlocked, evidence: ["no user to log in as is known"]) }
        report("the agent may not run programs; enabling it over the serial console")
        let guest = Guest(machine: self, wasBlocked: true)
        try await guest.watched(stall: stall) { [console] in
            try await AgentBootstrap(console: console, user: installUser).enable()
        }
        let end = try await watch(
            BootJudge(vitals(stall: stall)), deadline: deadline, ask: { [self] in await bootReport() }, report: report)
        guard !end.isBlocked else {
            throw MachineFailure(
                .agentBlocked, evidence: ["the agent was enabled over the console, and still runs no programs"])
        }
        return guest
    }

    /// Prints the first unfinished part of the first boot, or nothing when all is done. A part whose unit is over, by
    /// failing or by a condition that did not hold, will never leave its mark: then `skipped`, and what shows why.
    private static let firstBootScript = """
        enabled() { systemctl is-enabled --quiet "$1" 2>/dev/null; }
        property() { systemctl show --property="$2" --value "$1" 2>/dev/null; }
        unfinished() {
            case "$(systemctl is-active "$1" 2>/dev/null)" in
            failed) ;;
            inactive)
                [ "$(property "$1" ConditionTimestampMonotonic)" != 0 ] || { echo "$1"; exit 0; }
                [ "$(property "$1" ConditionResult)" = no ] || [ "$(property "$1" Result)" != success ] \
                    || { echo "$1"; exit 0; } ;;
            *) echo "$1"; exit 0 ;;
            esac
            printf 'skipped\n%s\n' "$1"
            systemctl show --property=Result,ExecMainStatus,ConditionResult "$1" 2>/dev/null | paste -s -d ' ' -
            journalctl --unit="$1" --lines=3 --output=cat --no-pager --quiet 2>/dev/null
            exit 0
        }
        state=$(systemctl is-system-running 2>/dev/null)
        case "$state" in running|degraded) ;; *) echo "starting services"; exit 0;; esac
        if [ ! -e /var/lib/kldload/firstboot-done ] && enabled kldload-firstboot.service; then
            unfinished kldload-firstboot.service
        fi
        phase=
        [ ! -e /var/lib/kldload/current-phase ] || read -r phase </var/lib/kldload/current-phase
        case "$phase" in
        ready|partial|nothing-requested) ;;
        *)
            if [ ! -e /var/lib/kldload/autodeploy-skipped ] && enabled kldload-autodeploy.service; then
                unfinished kldload-autodeploy.service
            fi ;;
        esac
        if [ ! -e /var/lib/kldload/smoke-firstboot-done ] && enabled kldload-smoke-firstboot.service; then
            unfinished kldload-smoke-firstboot.service
        fi
        """

    private func bootReport() async -> BootJudge.Report? {
        do {
            guard try await agent.info().canExecute else { return .blocked }
            let result = try await agent.shell(Self.firstBootScript, deadline: .seconds(20))
            // A shell that was killed has printed nothing, as one has that finds all done.
            return result.succeeded ? BootJudge.Report(redactor.text(result.text)) : .silent
        } catch {
            return .silent
        }
    }
}

extension BootJudge.Report {
    /// Reads what the first boot's script prints.
    init(_ text: String) {
        let lines = text.split(separator: "\n").map { String($0.prefix(400)) }
        switch lines.first {
        case nil: self = .ready
        case "skipped": self = .skipped(lines.dropFirst().first ?? "", Array(lines.dropFirst(2).prefix(4)))
        case .some(let part): self = .busy(String(part.prefix(80)))
        }
    }
}
