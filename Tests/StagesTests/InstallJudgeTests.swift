import HostSystem
import Libvirt
import Machines
import MachinesTestSupport
import Pipeline
import Testing

@testable import Stages

struct InstallJudgeTests {
    /// What a judge must say at the end of a sequence, without having said an end before.
    enum Expectation: Sendable {
        case progress
        case done
        case failed(FailureCause)
    }

    /// A course of events, a second each.
    struct Course: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var console = true
        var way = Template.Answers.Way.seedDisk
        let evidence: [Evidence<InstallerReport>]
        let expected: Expectation

        init(
            _ description: String, console: Bool = true, way: Template.Answers.Way = .seedDisk, _ expected: Expectation,
            _ evidence: Evidence<InstallerReport>...
        ) {
            testDescription = description
            self.console = console
            self.way = way
            self.evidence = evidence
            self.expected = expected
        }
    }

    private static func line(_ text: String) -> Evidence<InstallerReport> { .console(.line(text)) }
    private static func report(_ text: String) -> Evidence<InstallerReport> { .report(InstallerReport(text)) }
    private static let off = Evidence<InstallerReport>.event(.stopped(.shutdown))
    private static let busy = report("unit=activating\nphase=storage")
    private static let success = line("[ 610.2] kldload[811]: Install completed successfully")

    static let courses = [
        Course("success by the console", .done, busy, success, off),
        Course("success by the installer's log", .done, busy, report("unit=activating\nphase=done\ncomplete=yes"), off),
        Course(
            "success by its log alone, on a screen", console: false, .done, busy, report("phase=done\ncomplete=yes"),
            off),
        Course("not done before the machine ends", .progress, busy, success),
        Course("power-off without the success line", .failed(.endedUnfinished), busy, line("rebooting"), off),
        Course("power-off in the dark", .failed(.endedUnfinished), off),
        Course(
            "power-off after an early success line of another kind", .failed(.endedUnfinished),
            line("Install complete"), off),
        Course("firmware boot, nothing seen inside", console: false, .done, line("BdsDxe: starting Boot0001"), off),
        Course("firmware boot, seen unfinished inside", console: false, .failed(.endedUnfinished), busy, off),
        Course("no seed", .failed(.noSeed), report("unit=activating"), report("unit=active\nlog=no answers found")),
        Course("no arguments", way: .commandLine, .failed(.noSeed), report("unit=active")),
        Course("waits to be given the answers", way: .agent, .progress, report("unit=active")),
        Course("the reader ends after the installer", .progress, busy, success, report("unit=active\ncomplete=yes")),
        Course("the reader is active while the installer runs", .progress, report("unit=active\nphase=bootstrap")),
        Course("answers refused by the reader", .failed(.answersRefused), report("unit=failed\nlog=ERROR: bad disk")),
        Course(
            "answers refused by its result", .failed(.answersRefused),
            report("unit=activating\nresult=failed\t2\t1790000000\tbad hostname")),
        Course(
            "installer failed by its result", .failed(.installerFailed),
            busy, report("phase=storage\nresult=failed\t1\t1790000000\tzpool create failed")),
        Course(
            "a failure on the console, for whose report it waits", .progress, line("✖ Installation failed (exit 2)"),
            .tick),
        Course(
            "answers refused, by the report after the console", .failed(.answersRefused),
            line("✖ Installation failed (exit 2)"), report("unit=failed\nresult=failed\t2\t1790000000\tbad hostname")),
        Course(
            "installer failed, by the report after the console", .failed(.installerFailed),
            line("✖ Installation failed (exit 1)"),
            report("phase=storage\nresult=failed\t1\t1790000000\tzpool create failed")),
        Course(
            "installer failed, by the console alone", .failed(.installerFailed), busy,
            line("✖ Installation failed (exit 1)"), .tick, .tick, .tick, .tick, .tick, .tick),
        Course("killed", .failed(.machineKilled), busy, .event(.stopped(.destroyed))),
        Course("killed after its success line", .failed(.machineKilled), success, .event(.stopped(.destroyed))),
        Course("QEMU died", .failed(.machineKilled), .event(.stopped(.failed))),
        Course("panic by pvpanic", .failed(.kernelPanic), busy, .event(.panicked), .tick),
        Course(
            "panic by the console", .failed(.kernelPanic),
            line("[   12.345678] Kernel panic - not syncing: Attempted to kill init!")),
        Course(
            "emergency shell", .failed(.emergencyShell), line("Entering emergency mode. Exit the shell to continue.")),
        Course(
            "nothing to boot", console: false, .failed(.noBootMedium),
            line("BdsDxe: No bootable option or device was found.")),
        Course("the firmware's shell", console: false, .failed(.noBootMedium), .console(.prompt("Shell> "))),
        Course("a failing disk", .failed(.hostDiskError), busy, .event(.diskError(.init()))),
        Course(
            "other events", .progress, .event(.running), .event(.agentConnected), .event(.agentDisconnected),
            .event(.shuttingDown(fromOutside: false)), .tick),
        Course(
            "a success line that is not whole yet", .failed(.endedUnfinished),
            .console(.prompt("Install completed successfully")), off),
    ]

    @Test(arguments: courses)
    func judges(course: Course) throws {
        let start = ContinuousClock().now
        var judge = InstallJudge(
            Vitals(stall: .seconds(60), from: start), console: course.console, way: course.way)
        for (second, evidence) in course.evidence.dropLast().enumerated() {
            let verdict = judge.consider(evidence, at: start + .seconds(second))
            #expect(verdict.isProgress, "\(verdict)")
        }
        let last = try #require(course.evidence.last)
        let verdict = judge.consider(last, at: start + .seconds(course.evidence.count))
        switch course.expected {
        case .progress: #expect(verdict.isProgress, "\(verdict)")
        case .done: #expect(verdict.isDone, "\(verdict)")
        case .failed(let cause): #expect(verdict.failure?.cause == cause, "\(verdict)")
        }
    }

    @Test func callsAnInstallerThatDoesNothingStalled() {
        let start = ContinuousClock().now
        var judge = InstallJudge(Vitals(stall: .seconds(60), from: start), console: true, way: .seedDisk)
        _ = judge.consider(Self.line("Starting installer"), at: start + .seconds(10))
        for second in 11...70 {
            // A console without a line, the same phase and an idle machine are no signs of life.
            _ = judge.consider(Self.line(""), at: start + .seconds(second))
            let counters = DomainCounters(
                processorTime: .milliseconds(50 * second), bytesRead: ByteCount(0), bytesWritten: ByteCount(0))
            _ = judge.consider(.counters(counters), at: start + .seconds(second))
            let verdict = judge.consider(.tick, at: start + .seconds(second))
            #expect(verdict.isProgress)
        }
        let verdict = judge.consider(.tick, at: start + .seconds(71))
        #expect(verdict.failure?.cause == .stalled)
        #expect(verdict.failure?.evidence.contains { $0.hasSuffix("Z: Starting installer") } == true)
    }

    @Test func waitsForAnInstallerThatWorks() {
        let start = ContinuousClock().now
        var judge = InstallJudge(Vitals(stall: .seconds(60), from: start), console: true, way: .seedDisk)
        for second in 0..<300 {
            let counters = DomainCounters(
                processorTime: .seconds(second), bytesRead: ByteCount(0), bytesWritten: ByteCount(0))
            _ = judge.consider(.counters(counters), at: start + .seconds(second))
            let verdict = judge.consider(.tick, at: start + .seconds(second))
            #expect(verdict.isProgress)
        }
    }

    @Test func tellsEachPhaseOnce() {
        let start = ContinuousClock().now
        var judge = InstallJudge(Vitals(stall: .seconds(60), from: start), console: true, way: .seedDisk)
        let news = ["storage", "storage", "bootstrap"].map { phase in
            judge.consider(Self.report("unit=activating\nphase=\(phase)"), at: start).news
        }
        #expect(news == ["storage", nil, "bootstrap"])
    }

    @Test func showsTheLastLinesOfTheConsole() {
        let start = ContinuousClock().now
        var judge = InstallJudge(Vitals(stall: .seconds(60), from: start), console: true, way: .seedDisk)
        for number in 1...6 { _ = judge.consider(Self.line("line \(number)"), at: start) }
        let verdict = judge.consider(Self.off, at: start)
        #expect(
            verdict.failure?.evidence == [
                "the guest switched itself off or rebooted", "line 3", "line 4", "line 5", "line 6",
            ])
    }

    @Test func showsTheInstallersOwnMessageFirst() {
        let start = ContinuousClock().now
        var judge = InstallJudge(Vitals(stall: .seconds(60), from: start), console: true, way: .seedDisk)
        let verdict = judge.consider(
            Self.report("phase=storage\nresult=failed\t1\t1790000000\tzpool create failed\nlog=ERROR: no space"),
            at: start)
        #expect(verdict.failure?.evidence == ["zpool create failed", "ERROR: no space"])
    }
}
