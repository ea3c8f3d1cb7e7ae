import HostSystem
import ProxmoxStandIn
import ProxmoxTestSupport
import Testing

@testable import Deployment

/// Whichever request fails, there is a named error or none at all, a template in use, and a second try that succeeds.
struct RequestFaultTests {
    /// A sample of the matrix, of which LongTests run the whole: each fault meets every sixteenth request, each another one.
    @Test(arguments: zip(0..<8, FaultMatrix.faults))
    func anyRequestMayFail(_ start: Int, _ fault: Fault) async throws {
        let tally = try await FaultMatrix.run(fault, from: start, step: 16)
        #expect(tally.requests > 2, "an upgrade has more requests")
    }

    @Test(arguments: zip(0..<4, [Fault.takeVMID, .loseReply, .status(500), .truncateReply]))
    func anyRequestOfAFleetMayFail(_ start: Int, _ fault: Fault) async throws {
        let tally = try await FaultMatrix.run(fault, in: FleetUpgrade(), from: start, step: 40)
        #expect(tally.requests > 0)
    }

    @Test func anUploadMayBreakOff() async throws {
        try await FaultTrial.with { trial in
            for (index, bytes) in [1, 5_000, 20_000, 150_000].enumerated() {
                let outcome = try await trial.run(
                    .reset(afterBytes: bytes), at: Self.upload, upgradingTo: (index + 1) % 2)
                #expect(outcome.fired)
                #expect((outcome.error as? ProxmoxError)?.kind == .interrupted, "after \(bytes) bytes")
            }
        }
    }

    @Test func aCorruptedByteIsCaught() async throws {
        try await FaultTrial.with { trial in
            let outcome = try await trial.run(.corruptUpload, at: Self.upload, upgradingTo: 1)
            #expect(outcome.fired)
            #expect((outcome.error as? ProxmoxError)?.kind == .task)
            let text = "\(try #require(outcome.error))"
            #expect(text.contains("checksum mismatch"))
        }
    }

    @Test func aSilentServerIsNotWaitedForForEver() async throws {
        var patience = ProxmoxScene.patience
        patience.idle = .seconds(3)
        patience.attempts = 1
        try await FaultTrial.with(patience: patience) { trial in
            let points = ["GET /version", "POST /nodes/{node}/qemu", "POST /nodes/{node}/storage/{storage}/upload"]
            for (index, point) in points.enumerated() {
                let outcome = try await trial.run(.hang, at: .endpoint(point), upgradingTo: (index + 1) % 2)
                #expect(outcome.fired)
                #expect((outcome.error as? ProxmoxError)?.kind == .silent, "\(point)")
            }
        }
    }

    private static let upload = FaultPoint.endpoint("POST /nodes/{node}/storage/{storage}/upload")
}
