internal import GuestAgent
package import HostSystem
internal import Synchronization

/// Who can log in on the console of a freshly installed system.
package struct InstallUser: Sendable {
    /// The account's name.
    package let name: String
    /// Its password.
    package let password: Secret

    /// An account that the installer made.
    package init(name: String, password: Secret) {
        self.name = name
        self.password = password
    }
}

/// Enables the agent's exec and file commands over the serial console, where the distribution ships them disabled
/// (EL 9.4 and later).
///
/// What it leaves is ``AgentDropIn/ofBuild``, which the seal removes.
package struct AgentBootstrap: Sendable {
    private let console: SerialConsole
    private let user: InstallUser

    /// A bootstrap of the guest at the other end of `console`.
    package init(console: SerialConsole, user: InstallUser) {
        self.console = console
        self.user = user
    }

    /// Logs in, writes the drop-in, restarts the agent and logs out.
    package func enable() async throws {
        do {
            try await dialogue(.seconds(180))
        } catch let error as DeadlineError {
            throw MachineFailure(.agentBlocked, evidence: ["\(error)"])
        }
    }

    private func dialogue(_ deadline: Duration) async throws {
        let console = console
        // A word that the console's echo of the command does not contain in one piece.
        let mark = String.randomHex(digits: 8)
        let text = console.text
        let state = DialogueState()
        try await withDeadline(deadline, for: "a login on the serial console") { [user] in
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await Self.nudge(console, while: { state.step == .login }) }
                defer { group.cancelAll() }
                for await piece in text {
                    guard let next = try Self.next(after: state.step, seeing: piece, mark: mark) else { continue }
                    state.step = next
                    switch next {
                    case .login: break
                    case .password: try console.type(user.name + "\n")
                    case .shell: try console.type(user.password.reveal() + "\n")
                    case .work: try console.type(Self.command(mark: mark) + "\n")
                    case .done: return
                    }
                }
                throw CancellationError()
            }
        }
    }

    /// What the dialogue waits for.
    fileprivate enum Step {
        case login, password, shell, work, done
    }

    /// The step that a piece of the console's text leads to; nil if it says nothing new.
    ///
    /// Each prompt is awaited before anything is typed: the login program throws away what was typed ahead.
    private static func next(after step: Step, seeing piece: ConsoleText, mark: String) throws -> Step? {
        switch (step, piece) {
        case (.login, .prompt(let text)) where ConsoleSigns.isLoginPrompt(text): return .password
        case (.password, .prompt(let text)) where text.lowercased().hasSuffix("password: "): return .shell
        case (.shell, .prompt(let text)) where text.hasSuffix("$ ") || text.hasSuffix("# "): return .work
        case (.shell, .line(let line)) where line.contains("Login incorrect"):
            throw MachineFailure(.agentBlocked, evidence: ["the guest said: \(line)"])
        case (.work, .line(let line)) where line.contains("done-\(mark)"): return .done
        case (.work, .line(let line)) where line.contains("failed-\(mark)"):
            throw MachineFailure(.agentBlocked, evidence: ["sudo or systemctl failed on the guest's console"])
        default: return nil
        }
    }

    /// Asks for the login prompt again, every 5 s: the one that was there may have scrolled away, or a message of the
    /// kernel's may have torn it.
    private static func nudge(_ console: SerialConsole, while isWaiting: @Sendable () -> Bool) async throws {
        while isWaiting() {
            try console.type("\n")
            try await ContinuousClock().sleep(for: .seconds(5))
        }
    }

    /// One line for any POSIX shell. The history file is unset, so that the line is not remembered.
    private static func command(mark: String) -> String {
        let dropIn = AgentDropIn.ofBuild
        return " unset HISTFILE; sudo -n mkdir -p \(dropIn.folder)"
            + " && printf '\(dropIn.format)' | sudo -n tee \(dropIn.path) >/dev/null"
            + " && sudo -n systemctl daemon-reload && sudo -n systemctl restart qemu-guest-agent"
            + " && printf 'done-%s\\n' \(mark) || printf 'failed-%s\\n' \(mark); exit"
    }
}

/// How far the dialogue is; its reader and its nudger share it.
private final class DialogueState: Sendable {
    private let value = Mutex(AgentBootstrap.Step.login)

    var step: AgentBootstrap.Step {
        get { value.withLock { $0 } }
        set { value.withLock { $0 = newValue } }
    }
}
