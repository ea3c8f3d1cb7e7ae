internal import Attestation
internal import DiskImages
internal import Foundation
internal import HostSystem
internal import Machines
internal import Pipeline

/// How one image booted on one bus.
struct BootResult: Sendable, Codable, Equatable {
    /// The image's format.
    let format: ImageFormat
    /// What it was attached to.
    let bus: String?
    /// What of its machine is not as the image's description says; nil if all is.
    let remark: String?
    /// The image's digest.
    let sha256: Digest
    /// How long it took until the agent ran programs and the first boot's own work was done.
    let seconds: Double
    /// The kernel that ran.
    let kernel: String?
    /// Where the guest's root file system lies.
    let root: String?
    /// How the template's tests went in it; none as a rule, since they run in a clone.
    let tests: [TestReport]
    /// What was wrong; nothing, as a rule.
    let failures: [BootFailure]

    /// The result of a boot that came up.
    init(
        _ boot: ImageBoot, on bus: MachineDefinition.DiskBus, remark: String? = nil, time: Duration, facts: GuestFacts,
        tests: [TestOutcome]
    ) {
        format = boot.image.format
        self.bus = bus.rawValue
        self.remark = remark
        sha256 = boot.image.sha256
        seconds = time.rounded
        kernel = facts.kernel
        root = facts.root
        self.tests = tests.map(TestReport.init)
        failures = tests.compactMap { test in test.failure.map { BootFailure(test: test.name, $0) } }
    }

    /// The result of a boot that did not.
    init(_ boot: ImageBoot, failure: BootFailure) {
        format = boot.image.format
        bus = boot.bus?.rawValue
        remark = nil
        sha256 = boot.image.sha256
        seconds = 0
        kernel = nil
        root = nil
        tests = []
        failures = [failure]
    }

    /// What it is called.
    var title: String { format.rawValue + (bus.map { " on \($0)" } ?? "") }
}

/// Why an image's boot is no good.
struct BootFailure: Sendable, Codable, Equatable {
    /// The cause's name.
    let cause: String
    /// The same in words.
    let text: String

    /// The cause of what no machine's failure explains.
    static let otherCause = "boot-failed"

    /// A failure for an error.
    init(_ error: any Error) {
        guard let failure = error as? MachineFailure else {
            cause = Self.otherCause
            text = TerminalText.plain("\(error)")
            return
        }
        cause = failure.cause.rawValue
        text = ([failure.cause.summary] + failure.evidence).joined(separator: "; ")
    }

    /// A test that failed in the guest.
    init(test: String, _ failure: String) {
        cause = "test-failed"
        text = "the test '\(test)': \(failure)"
    }
}

/// How all images booted; becomes the release's `boot-report.json`.
struct BootReport: Sendable, Codable, Equatable {
    static let fileName = "boot-report.json"

    /// The boots.
    let boots: [BootResult]

    /// The same as results of tests.
    var outcomes: [TestOutcome] {
        boots.flatMap { boot in
            let failure = boot.kernel == nil ? boot.failures.first.map { "\($0.text) [\($0.cause)]" } : nil
            let time = Duration.milliseconds(Int64(boot.seconds * 1000))
            let tests = boot.tests.map {
                TestOutcome(name: "\(boot.title): \($0.name)", failure: $0.failure, duration: .zero)
            }
            return [TestOutcome(name: "\(boot.title) boots", failure: failure, duration: time)] + tests
        }
    }

    /// The report's JSON.
    func json() throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        return try encoder.encode(self)
    }
}
