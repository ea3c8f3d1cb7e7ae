import Foundation
import HostSystem
import SystemPackage
import Testing

@testable import Deployment

/// Snapshots of machines' overlays on a real libvirt daemon; nothing is started.
@Suite(.serialized)
struct UndoTests {
    private func pattern(_ byte: Int, in disk: FilePath) async throws -> Bool {
        let result = try await Program.run(
            "qemu-io", ["-r", "-f", "qcow2", "-c", "read -q -P \(byte) 1M 4096", disk.string], deadline: .seconds(30))
        return !result.text.contains("verification failed")
    }

    @Test func bringsAnOverlayBackToWhatItWas() async throws {
        try await KVMBench.with { bench in
            let image = try await bench.image()
            try await bench.host.install(image, in: "default")
            let record = bench.record(1, image)
            try await bench.host.make(record, seed: CloudSeed())
            let disk = bench.poolFolder.appending(record.disk)
            func fill(_ byte: Int) async throws {
                try await Program.run(
                    "qemu-io", ["-f", "qcow2", "-c", "write -q -P \(byte) 1M 4096", disk.string],
                    deadline: .seconds(30))
            }
            try await fill(1)
            let machine = try #require(await bench.host.machines(of: "web").first)
            try await bench.host.snapshot("before", of: machine)
            #expect(try await bench.host.snapshots(of: machine) == ["before"])
            await #expect(throws: KVMHostError.self) { try await bench.host.snapshot("before", of: machine) }
            try await fill(2)
            #expect(try await pattern(2, in: disk))
            try await bench.host.restore("before", of: machine)
            #expect(try await pattern(1, in: disk))
            let text = try await Program.run(
                "qemu-img", ["info", "--output=json", disk.string], deadline: .seconds(20))
            let info = try #require(
                try JSONSerialization.jsonObject(with: Data(text.standardOutput)) as? [String: Any])
            #expect(info["virtual-size"] as? Int == 128 << 20)
            await #expect(throws: KVMHostError.self) { try await bench.host.restore("after", of: machine) }
            #expect(try await bench.host.machines(of: "web").first?.drift == [])
            try await bench.host.remove([machine])
            #expect(try await bench.volumes().isEmpty, "a snapshot goes with its machine")
        }
    }

    @Test func countsNoCopyThatIsNotWhole() async throws {
        try await KVMBench.with { bench in
            let image = try await bench.image()
            try await bench.host.install(image, in: "default")
            let record = bench.record(1, image)
            try await bench.host.make(record, seed: CloudSeed())
            let machine = try #require(await bench.host.machines(of: "web").first)
            let disk = try await Digest.of(file: bench.poolFolder.appending(record.disk))
            // As a copy that was broken off leaves it.
            let copy = DiskCopy(snapshot: "before", owner: record.owner.name)
            try bench.poolFolder.appending(copy.volume).write("half".utf8)
            #expect(try await bench.host.snapshots(of: machine) == [])
            await #expect(throws: KVMHostError.self) { try await bench.host.restore("before", of: machine) }
            #expect(try await Digest.of(file: bench.poolFolder.appending(record.disk)) == disk)
            try await bench.host.snapshot("before", of: machine)
            #expect(try await bench.host.snapshots(of: machine) == ["before"])
            try await bench.host.restore("before", of: machine)
            try bench.poolFolder.appending(DiskCopy(snapshot: "after", owner: record.owner.name).volume).write([1])
            try await bench.host.remove([machine])
            #expect(try await bench.volumes().isEmpty)
        }
    }
}
