import CrashTestSupport
import Foundation
import HostSystem
import SystemPackage
import Testing

/// Real processes of the factory's, with cheap stages, that start and are killed at random moments.
@Suite(.timeLimit(.minutes(5)))
struct CrashTests {
    /// The seconds are those of `IMAGEFACTORY_CRASH_SECONDS`, if it is set.
    @Test func doNoHarmToEachOther() async throws {
        let named = ProcessInfo.processInfo.environment["IMAGEFACTORY_CRASH_SECONDS"].flatMap { Int($0) }
        let seed = UInt64.random(in: 0..<1_000_000)
        try await withScratchFolder(in: "/var/tmp", prefix: "if-crash") { folder in
            let outcome = try await CrashRounds(for: .seconds(named ?? 40), seed: seed).run(in: folder)
            print("seed \(seed): \(outcome.ended) processes ended by themselves, \(outcome.killed) were to be killed")
            #expect(outcome.problems.isEmpty, "seed \(seed)")
            #expect(outcome.ended > 10 && outcome.killed > 10)
        }
    }
}
