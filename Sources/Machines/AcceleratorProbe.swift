internal import Foundation
internal import HostSystem
internal import SystemPackage

/// How a tiny guest fared under KVM.
package enum ProbeResult: Sendable, Equatable {
    /// There is no /dev/kvm, or this user may not open it.
    case unavailable(String)
    /// The guest ran to its end in this time.
    case finished(Duration)
    /// The guest was not done at the deadline.
    case tooSlow(limit: Duration)
    /// QEMU refused to run it.
    case failed(String)
}

/// Chooses the accelerator by measuring.
///
/// /dev/kvm may open, and libvirt may list kvm, while guests crawl a hundred times slower than under emulation (nested
/// virtualisation without hardware support) or die on a model-specific register. Only running something tells.
package struct AcceleratorProbe: Sendable {
    /// How long the tiny guest may take, with QEMU's own start; under emulation it needs 0.2 s.
    package static let limit: Duration = .milliseconds(1500)
    /// The longest run that still counts as a working KVM, which leaves room for a busy host.
    package static let slowest: Duration = .milliseconds(1000)

    /// How the scratch folders for temporary files begin.
    package static let scratchPrefix = "if-probe"

    private let measure: @Sendable () async throws -> ProbeResult

    /// A probe with `measure` in place of the tiny guest.
    package init(measure: @escaping @Sendable () async throws -> ProbeResult) {
        self.measure = measure
    }

    /// The probe of this host.
    package init() {
        measure = Self.runTinyGuest
    }

    /// The accelerator to use for `request`.
    ///
    /// - Throws: ``MachineFailure`` `kvmUnusable` when kvm was asked for by name and does not serve.
    package func choose(_ request: AcceleratorRequest) async throws -> AcceleratorVerdict {
        switch request {
        case .tcg:
            return AcceleratorVerdict(.tcg, reason: "emulation was asked for")
        case .auto:
            return Self.judge(try await measure())
        case .kvm:
            let verdict = Self.judge(try await measure())
            guard verdict.accelerator == .kvm else {
                throw MachineFailure(.kvmUnusable, evidence: ["kvm was asked for: \(verdict.reason)"])
            }
            return verdict
        }
    }

    static func judge(_ result: ProbeResult) -> AcceleratorVerdict {
        switch result {
        case .finished(let time) where time <= slowest:
            AcceleratorVerdict(.kvm, reason: "KVM works: a test guest ran in \(time.milliseconds) ms")
        case .finished(let time):
            AcceleratorVerdict(
                .tcg, reason: "KVM opens but crawls: a test guest took \(time.milliseconds) ms; emulation is faster")
        case .tooSlow(let limit):
            AcceleratorVerdict(
                .tcg,
                reason:
                    "KVM opens but crawls: a test guest was not done after \(limit.milliseconds) ms; emulation is faster"
            )
        case .unavailable(let why):
            AcceleratorVerdict(.tcg, reason: "KVM is not there: \(why)")
        case .failed(let why):
            AcceleratorVerdict(.tcg, reason: "KVM opens but runs no guest: \(why)")
        }
    }

    private static func runTinyGuest() async throws -> ProbeResult {
        guard access("/dev/kvm", F_OK) == 0 else { return .unavailable("there is no /dev/kvm") }
        guard access("/dev/kvm", R_OK | W_OK) == 0 else {
            return .unavailable("/dev/kvm may not be opened by this user")
        }
        return try await withScratchFolder(in: FilePath(NSTemporaryDirectory()), prefix: scratchPrefix) { folder in
            let firmware = folder.appending("probe.rom")
            try firmware.write(ProbePayload.firmware)
            let clock = ContinuousClock()
            let start = clock.now
            do {
                try await Program.run(
                    "qemu-system-x86_64",
                    [
                        "-accel", "kvm", "-machine", "q35", "-cpu", "host", "-m", "16", "-nodefaults", "-display",
                        "none",
                        "-no-reboot", "-bios", firmware.string,
                    ], deadline: limit)
                return .finished(clock.now - start)
            } catch ProgramError.timedOut {
                return .tooSlow(limit: limit)
            } catch let error as ProgramError {
                return .failed("\(error)")
            }
        }
    }
}
