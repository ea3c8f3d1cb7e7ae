import FleetTestSupport
import HostSystem
import SystemPackage
import Testing
import VirtualMachineTestSupport

/// What changes a fleet, as its users run it, on a real daemon.
@Suite(.serialized)
struct FleetProgramTests {
    @Test func convergesAfterKills() async throws {
        try await FleetYard.with(count: 1) { yard in
            let seed = UInt64.random(in: 0..<1_000_000)
            print("seed \(seed)")
            var kills = try await FleetKills(in: yard, seed: seed)
            for _ in 0..<3 { _ = try await kills.strike() }
            try await kills.strikeDeletion()
        }
    }

    @Test func goesBackInOneCommandAndStaysThere() async throws {
        try await FleetYard.with(count: 1) { yard in
            let versions = FleetYard.versions
            for version in versions { #expect(try await yard.deployment(of: version).run().status == 0) }
            let back = try await yard.rollback.run()
            #expect(back.status == 0, "\(back.talk)")
            #expect(try await yard.problems(machines: 1, of: versions[0]) == [])
            // What was gone back from is not brought again by itself.
            let held = try await yard.reconciliation(to: versions[1]).run()
            #expect(held.status == 1 && held.output.contains("held-back"), "\(held.output)")
            #expect(try await yard.problems(machines: 1, of: versions[0]) == [])
            #expect(try await yard.reconciliation(to: versions[0]).run().output.contains("unchanged"))
        }
    }

    /// A signature that is gone, evidence that was edited, and an image of which a byte was changed.
    @Test(arguments: ["SHA256SUMS.sig", "manifest.json", "web-v1.0.0.raw"])
    func refusesInEveryWayWhatDoesNotVerify(file: String) async throws {
        try await FleetYard.with(count: 1) { yard in
            let (bad, good) = (FleetYard.versions[0], FleetYard.versions[1])
            #expect(try await yard.deployment(of: good).run().status == 0)
            let path = yard.folder.appending("output/web/\(bad)/\(file)")
            var bytes = try path.readBytes(limit: .gibibytes(1))
            if file == "SHA256SUMS.sig" {
                try path.remove()
            } else {
                bytes[bytes.count / 2] ^= 1
                try path.write(bytes)
            }
            var inZFS = yard.deployment(of: bad)
            inZFS.arguments += ["--store", "zfs:rpool/images"]
            var back = yard.rollback
            back.arguments += ["--to", bad]
            // Bytes are read only where there is ZFS to write them to; its own tests see to that.
            let all = [yard.deployment(of: bad), back] + (file.hasSuffix(".raw") ? [] : [inZFS])
            for process in all {
                let ending = try await process.run()
                #expect(ending.status == 65, "\(process.arguments): \(ending.talk)")
            }
            let pass = try await yard.reconciliation(to: bad).run()
            #expect(pass.status == 1 && pass.output.contains("failed"), "\(pass.output)")
            #expect(try await yard.problems(machines: 1, of: good) == [])
        }
    }
}
