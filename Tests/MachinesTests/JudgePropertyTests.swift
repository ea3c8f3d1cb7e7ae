import HostSystem
import Libvirt
import MachinesTestSupport
import Testing

@testable import Machines

/// What holds for every judge, whatever it is told and in whatever order.
struct JudgePropertyTests {
    private static let words = [
        "", "golden login: ", "[  OK  ] Reached target Basic System.", "[    1.2] Kernel panic - not syncing: x",
        "[  9.0] Out of memory: Killed process 7 (a)", "(initramfs) ", "BdsDxe: starting Boot0001", "Shell> ",
        "No space left on device", "[***] A stop job is running for x (1s / no limit)",
        "Install completed successfully",
        "✖ Installation failed (exit 1)", String(repeating: "x", count: 5000), "\u{0}\u{FFFD}\u{202E}",
    ]

    private static let events: [DomainEvent] = [
        .running, .paused, .panicked, .agentConnected, .agentDisconnected, .shuttingDown(fromOutside: false),
        .shuttingDown(fromOutside: true), .stopped(.shutdown), .stopped(.failed), .stopped(.destroyed),
        .stopped(.moved),
        .diskError(.init()), .diskError(.init(path: "/iso", isOutOfSpace: true, isPaused: false)),
        .connectionLost("gone"),
    ]

    /// A random piece of evidence; time and counters may also jump back.
    private static func evidence<Report: Sendable>(
        _ random: inout SeededGenerator, report: (inout SeededGenerator) -> Report?
    ) -> Evidence<Report> {
        let counters = DomainCounters(
            processorTime: .seconds(Int.random(in: 0...100, using: &random)),
            bytesRead: ByteCount(.random(in: 0...(1 << 40), using: &random)), bytesWritten: ByteCount(0))
        let word = words.randomElement(using: &random) ?? ""
        switch Int.random(in: 0..<9, using: &random) {
        case 0: return .event(events.randomElement(using: &random) ?? .running)
        case 1: return .console(.line(word))
        case 2: return .console(.prompt(word))
        case 3: return .counters(counters)
        case 4: return .baseline(counters)
        case 5: return .agent(Bool.random(using: &random) ? .answered : .silent(word, after: .seconds(5)))
        case 6: return .news(word)
        case 7: return report(&random).map { .report($0) } ?? .tick
        default: return .tick
        }
    }

    /// Whatever comes, a judge says something sensible: no crash, and failures that can be shown.
    private func judge<J: Judge>(
        _ judge: J, seed: UInt64, report: (inout SeededGenerator) -> J.Report? = { _ in nil }
    ) {
        var judge = judge
        var random = SeededGenerator(seed: seed)
        var now = ContinuousClock().now
        for _ in 0..<400 {
            now += .milliseconds(Int.random(in: -100...2000, using: &random))
            let verdict = judge.consider(Self.evidence(&random, report: report), at: now)
            guard let failure = verdict.failure else { continue }
            expectPresentable(failure)
        }
        expectPresentable(judge.overdue(.seconds(60), at: now))
    }

    private func expectPresentable(_ failure: MachineFailure) {
        #expect(failure.evidence.count <= MachineFailure.evidenceLimit)
        for line in failure.evidence {
            #expect(line.count <= EvidenceLine.limit + 1)
            #expect(!line.unicodeScalars.contains { $0.properties.generalCategory == .control })
        }
    }

    @Test(arguments: 0..<60)
    func sayNothingSenselessWhateverComes(seed: UInt64) {
        let vitals = Vitals(stall: .seconds(60), accelerator: seed % 2 == 0 ? .kvm : .tcg)
        judge(WorkJudge(vitals), seed: seed)
        judge(ShutdownJudge(vitals), seed: seed)
        judge(BootJudge(vitals), seed: seed) { random in
            [.silent, .blocked, .busy("x"), .skipped("unit", ["why"]), .ready].randomElement(using: &random)
        }
    }

    /// Ten minutes of a healthy guest at work, by all sources at once and in any order.
    @Test(arguments: 0..<40)
    func neverFailAHealthyGuest(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let start = ContinuousClock().now
        var judge = WorkJudge(Vitals(stall: .seconds(60), from: start))
        var used = Duration.zero
        for second in 0..<600 {
            used += .milliseconds(Int.random(in: 0...900, using: &random))
            var evidence: [Evidence<Never>] = [
                .counters(
                    DomainCounters(
                        processorTime: used, bytesRead: ByteCount(0), bytesWritten: ByteCount(Int64(second) << 12))),
                .tick, .agent(.answered),
            ]
            if Int.random(in: 0..<20, using: &random) == 0 {
                evidence.append(.console(.line(HealthyGuest.linesAtWork.randomElement(using: &random) ?? "")))
            }
            if Int.random(in: 0..<30, using: &random) == 0 { evidence.append(.news("output of a step")) }
            if Int.random(in: 0..<60, using: &random) == 0 {
                evidence += [
                    .event(.agentDisconnected), .agent(.silent("restarting", after: .zero)), .event(.agentConnected),
                ]
            }
            for piece in evidence.shuffled(using: &random) {
                let verdict = judge.consider(piece, at: start + .seconds(second))
                #expect(verdict.failure == nil, "\(verdict)")
            }
        }
    }

    @Test(arguments: 0..<40)
    func neverFailAHealthyBoot(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let start = ContinuousClock().now
        var judge = BootJudge(Vitals(stall: .seconds(60), from: start))
        var isDone = false
        for (second, line) in HealthyGuest.lines.enumerated() {
            var evidence: [Evidence<BootJudge.Report>] = [.console(.line(line)), .tick, .report(.silent)]
            if second > HealthyGuest.lines.count / 2 {
                evidence += [.event(.agentConnected), .agent(.answered), .report(.busy("starting services"))]
            }
            for piece in evidence.shuffled(using: &random) {
                let verdict = judge.consider(piece, at: start + .seconds(second))
                #expect(verdict.isProgress, "\(verdict)")
            }
        }
        let verdict = judge.consider(.report(.ready), at: start + .seconds(HealthyGuest.lines.count))
        isDone = verdict.isDone
        #expect(isDone)
    }
}

/// What a guest that is well writes on its console, from the firmware to the login.
private enum HealthyGuest {
    static let lines = [
        "BdsDxe: loading Boot0002 \"UEFI Misc Device\" from PciRoot(0x0)/Pci(0x2,0x0)", "BdsDxe: starting Boot0002",
        "Welcome to GRUB!", "EFI stub: Loaded initrd from LINUX_EFI_INITRD_MEDIA_GUID device path",
        "[    0.000000] Linux version 6.12.0 (debian-kernel@lists.debian.org)",
        "[    0.000000] Command line: BOOT_IMAGE=/vmlinuz root=UUID=1 ro panic=0 systemd.unit=multi-user.target",
        "[    0.812345] pci 0000:00:1f.2: reg 0x24",
        "[    1.212345] virtio_blk virtio2: [vda] 16777216 512-byte logical blocks",
        "Begin: Loading essential drivers ... done.", "[    3.3] EXT4-fs (vda2): mounted filesystem r/w",
        "[  OK  ] Reached target emergency.target - not at all.", "[  OK  ] Mounted run-lock.mount - Lock Directory.",
        "[    8.1] systemd[1]: Mounting sys-kernel-debug.mount",
        "[FAILED] Failed to start foo.service - an optional thing.",
        "[***   ] A start job is running for dev-disk (5s / 1min 30s)", "[   20.1] random: crng init done",
        "[   22.0] audit: type=1400 audit(1): apparmor=\"STATUS\"", "", "Debian GNU/Linux 13 golden ttyS0",
        "golden login: ",
        "[   61.0] hrtimer: interrupt took 1234567 ns",
        "[   61.5] systemd-journald[200]: Received client request to flush",
    ]

    /// What it writes once its firmware has done its part.
    static let linesAtWork = lines.filter { !$0.hasPrefix("BdsDxe") }
}

/// A generator that gives the same numbers for the same seed (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}
