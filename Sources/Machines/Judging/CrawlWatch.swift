internal import HostSystem
internal import Libvirt

/// Notices that a machine under KVM burns processor time and gets nowhere.
///
/// The firmware writes on the serial console as soon as it looks for something to boot, which takes it a second or two
/// of processor time. A KVM without help by the hardware is a hundred times slower than emulation.
struct CrawlWatch: Sendable {
    /// The processor time without a word on the console after which KVM counts as useless.
    static let limit: Duration = .seconds(40)

    private let start: ContinuousClock.Instant
    private let isWatching: Bool
    private var processorTime: Duration = .zero
    private var isAlive = false

    init(accelerator: Accelerator, from start: ContinuousClock.Instant) {
        self.start = start
        isWatching = accelerator == .kvm
    }

    /// Takes note of a word on the console.
    mutating func noteLife() {
        isAlive = true
    }

    /// Takes note of what was burnt.
    mutating func note(_ counters: DomainCounters) {
        processorTime = counters.processorTime
    }

    /// The failure, if the machine crawls.
    func failure(at now: ContinuousClock.Instant) -> MachineFailure? {
        guard isWatching, !isAlive, processorTime > Self.limit else { return nil }
        return MachineFailure(
            .kvmUnusable,
            evidence: [
                "under KVM the machine has used \(processorTime.components.seconds) s of processor time in "
                    + "\((now - start).components.seconds) s, and not even its firmware has said a word"
            ])
    }
}
