package import GuestAgent
package import Libvirt
internal import SystemPackage

/// A running virtual machine with all the ways to see and reach its guest.
package final class Machine: Sendable {
    /// libvirt's domain.
    package let domain: Domain
    /// What it was made of.
    package let definition: MachineDefinition
    /// When it was started.
    package let startTime = ContinuousClock.now
    /// The guest's serial console.
    package let console: SerialConsole
    /// The guest's agent.
    package let agent: Agent
    /// What executes its instructions.
    let accelerator: Accelerator
    /// What must not be shown of what its guest says.
    package let redactor: Redactor
    /// QEMU's process; nil if it cannot be seen from here.
    let process: QEMUProcess?
    /// Where QEMU's own output goes.
    let log: FilePath
    /// The way to its agent, of which the watchers hear how each call went.
    let channel: ObservedChannel
    /// What the work inside the guest says of itself.
    let news = Broadcast<String>()
    private let connection: Connection

    init(_ start: Start, console: SerialConsole, redactor: Redactor) {
        domain = start.domain
        definition = start.definition
        accelerator = start.accelerator
        log = start.log
        connection = start.connection
        process = start.process
        self.console = console
        self.redactor = redactor
        channel = ObservedChannel(DomainAgentChannel(domain: start.domain))
        agent = Agent(channel: channel)
    }

    /// A domain that was started, with what it was started from.
    struct Start {
        let domain: Domain
        let process: QEMUProcess?
        let definition: MachineDefinition
        let accelerator: Accelerator
        let log: FilePath
        let connection: Connection
    }

    /// libvirt's events of this machine from now on.
    package var events: AsyncStream<DomainEvent> {
        connection.events(of: definition.name)
    }

    /// Tells the watchers that the work inside the guest gets on.
    package func note(_ news: String) {
        self.news.send(redactor.text(news))
    }

    /// The signs by which a judge sees this machine.
    ///
    /// - Parameter limit: The longest time in which nothing may move.
    package func vitals(stall limit: Duration) -> Vitals {
        Vitals(stall: limit, accelerator: accelerator, hasNetwork: definition.network != .none)
    }
}
