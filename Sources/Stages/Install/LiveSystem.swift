internal import GuestAgent
internal import HostSystem
internal import InstallMedia
internal import Machines
internal import Pipeline
internal import SystemPackage

/// The live system of the installer medium, reached over its agent: tells how far the installer is, and hands it the
/// answers where they do not come on a disk.
actor LiveSystem {
    private static let reader = "kldload-autoinstall.service"
    private static let ours = "imagefactory-install.service"

    private let answers: InstallAnswers
    private let keys: StageKeys
    private var hasStarted = false
    private var hasGivenSecrets = false

    init(answers: InstallAnswers, keys: StageKeys) {
        self.answers = answers
        self.keys = keys
    }

    /// What the installer shows; nil while the agent does not answer.
    func report(from machine: Machine) async -> InstallerReport? {
        let agent = machine.agent
        do {
            let unit = hasStarted ? Self.ours : Self.reader
            let text = try await agent.shell(InstallerReport.script, [unit], deadline: .seconds(15)).text
            let report = InstallerReport(machine.redactor.text(text))
            switch answers.template.answers.way {
            case .seedDisk: break
            case .agent where !hasStarted && report.unit == "active":
                try await start(agent)
                return nil
            case .commandLine where !hasGivenSecrets && text.contains("needs=yes"):
                try await giveSecrets(agent)
            case .agent, .commandLine: break
            }
            return report
        } catch {
            return nil
        }
    }

    /// Runs the installer with the answers as a file, once the medium's own reader has found nothing.
    private func start(_ agent: Agent) async throws {
        let path: FilePath = "/run/imagefactory-answers.env"
        try await agent.write(Array(try answers.file(keys: keys).rendered().utf8), to: path, mode: .privateFile)
        let result = try await agent.shell(
            """
            systemd-run --quiet --unit="$1" --property=Type=oneshot --property=RemainAfterExit=yes --no-block \
                --property=StandardOutput=journal+console --property=StandardError=journal+console \
                /usr/sbin/kldload-install-target --config "$2"
            """, [Self.ours, path.string], deadline: .seconds(20))
        hasStarted = result.succeeded
    }

    /// The installer waits for this file when the command line gave it no password (kldload contract, section 1.5).
    private func giveSecrets(_ agent: Agent) async throws {
        let text = try answers.secretsFile(keys: keys).rendered()
        try await agent.write(Array(text.utf8), to: "/run/kldload/install-secrets.new", mode: .privateFile)
        let result = try await agent.shell(
            "mv /run/kldload/install-secrets.new /run/kldload/install-secrets", deadline: .seconds(20))
        hasGivenSecrets = result.succeeded
    }
}
