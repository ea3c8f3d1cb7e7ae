import HostSystem
import ProxmoxStandIn
import Testing

@testable import Deployment

/// Whichever request fails, there is a named error or none at all, a template in use, and a second try that succeeds.
struct RequestFaultTests {
    private static let faults: [Fault] = [
        .refuseConnections, .reset(afterBytes: 0), .status(500), .status(401), .status(403), .status(595), .loseReply,
        .truncateReply,
    ]

    /// Each fault meets every eighth request, each another one; so all requests of an upgrade meet some fault.
    @Test(arguments: zip(0..<8, faults))
    func anyRequestMayFail(_ start: Int, _ fault: Fault) async throws {
        try await FaultTrial.with { trial in
            var (number, version, fired) = (start, 0, true)
            while fired {
                version = 1 - version
                fired = try await trial.run(fault, at: .request(number), upgradingTo: version).fired
                number += Self.faults.count
            }
            #expect(number > 3 * Self.faults.count, "an upgrade has more requests")
        }
    }

    @Test func anUploadMayBreakOff() async throws {
        try await FaultTrial.with { trial in
            for (index, bytes) in [1, 5_000, 20_000, 150_000].enumerated() {
                let (fired, error) = try await trial.run(
                    .reset(afterBytes: bytes), at: Self.upload, upgradingTo: (index + 1) % 2)
                #expect(fired)
                #expect((error as? ProxmoxError)?.kind == .interrupted, "after \(bytes) bytes")
            }
        }
    }

    @Test func aCorruptedByteIsCaught() async throws {
        try await FaultTrial.with { trial in
            let (fired, error) = try await trial.run(.corruptUpload, at: Self.upload, upgradingTo: 1)
            #expect(fired)
            #expect((error as? ProxmoxError)?.kind == .task)
            let text = "\(try #require(error))"
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
                let (fired, error) = try await trial.run(.hang, at: .endpoint(point), upgradingTo: (index + 1) % 2)
                #expect(fired)
                #expect((error as? ProxmoxError)?.kind == .silent, "\(point)")
            }
        }
    }

    private static let upload = FaultPoint.endpoint("POST /nodes/{node}/storage/{storage}/upload")
}
