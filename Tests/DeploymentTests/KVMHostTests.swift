import Foundation
import FoundationXML
import HostSystem
import Libvirt
import SystemPackage
import Testing

@testable import Deployment

/// Machines, images and volumes on a real libvirt daemon; nothing is started.
@Suite(.serialized)
struct KVMHostTests {
    @Test func putsAnImageThereOnce() async throws {
        try await KVMBench.with { bench in
            let image = try await bench.image()
            try await bench.host.install(image, in: "default")
            #expect(bench.lines.all.contains { $0.hasPrefix("uploading") })
            let base = bench.poolFolder.appending("imagefactory-\(image.image.sha256.hex).qcow2")
            #expect(try await Digest.of(file: base) == image.image.sha256)
            let said = bench.lines.all.count
            // The second time not even the release need be there.
            try bench.folder.appending("releases-v1.0.0").remove()
            try await bench.host.install(image, in: "default")
            #expect(bench.lines.all.count == said)
        }
    }

    @Test func takesTheSameImageFromTwoAtOnce() async throws {
        try await KVMBench.with { bench in
            let image = try await bench.image()
            let others = try await Connection.open(bench.connection.uri)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for host in [bench.host, KVMHost(others)] {
                    group.addTask { try await host.install(image, in: "default") }
                }
                try await group.waitForAll()
            }
            let base = bench.poolFolder.appending("imagefactory-\(image.image.sha256.hex).qcow2")
            #expect(try await Digest.of(file: base) == image.image.sha256)
        }
    }

    @Test func goesOnWithAnUploadThatWasBrokenOff() async throws {
        try await KVMBench.with { bench in
            let image = try await bench.image()
            let file = bench.folder.appending("releases-v1.0.0/web.qcow2")
            let base = bench.poolFolder.appending("imagefactory-\(image.image.sha256.hex).qcow2")
            try base.write(Array(try file.readBytes().prefix(70_000)))
            try await bench.host.install(image, in: "default")
            #expect(bench.lines.all.contains { $0.hasPrefix("going on with the upload") })
            #expect(try await Digest.of(file: base) == image.image.sha256)
        }
    }

    @Test func refusesBytesThatAreNotTheImages() async throws {
        try await KVMBench.with { bench in
            let image = try await bench.image()
            let file = bench.folder.appending("releases-v1.0.0/web.qcow2")
            var bytes = try file.readBytes()
            bytes[bytes.count / 2] ^= 1
            try file.write(bytes)
            await #expect(throws: BaseVolumeError.self) { try await bench.host.install(image, in: "default") }
            #expect(bench.poolFolder.folderEntries.isEmpty)
        }
    }

    @Test func doesNotTrustWhatAnUploadThatWasNotCheckedLeft() async throws {
        try await KVMBench.with { bench in
            let image = try await bench.image()
            let base = bench.poolFolder.appending("imagefactory-\(image.image.sha256.hex).qcow2")
            try base.write([UInt8](repeating: 7, count: Int(image.image.length)))
            await #expect(throws: BaseVolumeError.self) { try await bench.host.install(image, in: "default") }
            try await bench.host.install(image, in: "default")
            #expect(try await Digest.of(file: base) == image.image.sha256)
        }
    }

    @Test func makesMachinesWithDisksOfTheirOwn() async throws {
        try await KVMBench.with { bench in
            let image = try await bench.image()
            try await bench.host.install(image, in: "default")
            let record = bench.record(1, image)
            try await bench.host.make(record, seed: CloudSeed(keys: ["ssh-ed25519 AAAA"]))
            let machine = try #require(await bench.host.machines(of: "web").first)
            #expect(machine.view.condition == .stopped)
            #expect(machine.drift.isEmpty)
            let disk = try await Program.run(
                "qemu-img", ["info", "--output=json", bench.poolFolder.appending(record.disk).string],
                deadline: .seconds(20))
            let info = try #require(
                try JSONSerialization.jsonObject(with: Data(disk.standardOutput)) as? [String: Any])
            #expect(info["virtual-size"] as? Int == 128 << 20)
            #expect((info["backing-filename"] as? String)?.hasSuffix("\(image.image.sha256.hex).qcow2") == true)
            #expect(info["backing-filename-format"] as? String == "qcow2")
            #expect(try await bench.host.seed(of: machine) == CloudSeed(keys: ["ssh-ed25519 AAAA"]))
        }
    }

    @Test func makesWholeCopiesOnRequest() async throws {
        try await KVMBench.with { bench in
            let image = try await bench.image()
            try await bench.host.install(image, in: "default")
            var record = bench.record(1, image)
            record.edition.shape.isFullCopy = true
            try await bench.host.make(record, seed: CloudSeed())
            let disk = bench.poolFolder.appending(record.disk).string
            let text = try await Program.run(
                "qemu-img", ["info", "--output=json", disk], deadline: .seconds(20))
            let info = try #require(
                try JSONSerialization.jsonObject(with: Data(text.standardOutput)) as? [String: Any])
            #expect(info["virtual-size"] as? Int == 128 << 20)
            #expect(info["backing-filename"] == nil)
        }
    }

    @Test func removesAllThatItMadeAndNothingElse() async throws {
        try await KVMBench.with { bench in
            let image = try await bench.image()
            try bench.poolFolder.appending("web-1.qcow2").write("somebody's".utf8)
            try bench.poolFolder.appending("other.iso").write("somebody's".utf8)
            let stranger = node(
                "domain", ["type": "qemu"],
                children: [
                    node("name", text: "web-2"), node("memory", ["unit": "MiB"], text: "64"),
                    node("os", children: [node("type", ["machine": "q35"], text: "hvm")]),
                ]
            ).xmlString
            let before = try await bench.connection.define(xml: stranger, name: "web-2").definition()
            try await bench.host.install(image, in: "default")
            for number in [1, 3] { try await bench.host.make(bench.record(number, image), seed: CloudSeed()) }
            try await bench.host.remove(try await bench.host.machines(of: "web"))
            #expect(try await bench.volumes() == ["other.iso", "web-1.qcow2"])
            #expect(try await bench.connection.domains().map(\.name) == ["web-2"])
            let kept = try #require(await bench.connection.domain(named: "web-2"))
            #expect(try await kept.definition() == before)
        }
    }

    @Test func refusesANameThatSomebodyElseHas() async throws {
        try await KVMBench.with { bench in
            let image = try await bench.image()
            try await bench.host.install(image, in: "default")
            let stranger =
                "<domain type='qemu'><name>web-1</name><memory>65536</memory><os><type>hvm</type></os></domain>"
            _ = try await bench.connection.define(xml: stranger, name: "web-1")
            await #expect(throws: KVMHostError.self) {
                try await bench.host.make(bench.record(1, image), seed: CloudSeed())
            }
            #expect(try await bench.volumes().isEmpty)
        }
    }

    @Test func showsAMachineThatWasNotFinishedAsSuch() async throws {
        try await KVMBench.with { bench in
            let image = try await bench.image()
            try await bench.host.install(image, in: "default")
            let record = bench.record(1, image)
            // As a process leaves it that was killed right after the domain was defined, and after its disk was made.
            _ = try await bench.connection.define(xml: DeployedDomain(record).xml, name: record.name)
            #expect(try await bench.host.machines(of: "web").map(\.view.condition) == [.incomplete])
            try bench.poolFolder.appending(record.disk).write("half".utf8)
            let pool = try #require(await bench.connection.storagePool(named: "default"))
            try await pool.refresh()
            try await bench.host.remove(try await bench.host.machines())
            #expect(try await bench.volumes().isEmpty)
            #expect(try await bench.host.machines().isEmpty)
        }
    }

    @Test func removesTheVolumesOfAMachineThatSomebodyUndefined() async throws {
        try await KVMBench.with { bench in
            let image = try await bench.image()
            try await bench.host.install(image, in: "default")
            let records = [1, 2, 3].map { bench.record($0, image) }
            for record in records { try await bench.host.make(record, seed: CloudSeed()) }
            for record in records.dropFirst() {
                try await bench.connection.domain(named: record.name)?.undefine()
            }
            // Somebody goes on using the disk of the third, and others' volumes only have such names.
            let user = """
                <domain type='qemu'><name>rescue</name><memory>65536</memory><os><type>hvm</type></os><devices>
                <disk type='volume' device='disk'><source pool='default' volume='\(records[2].disk)'/>
                <target dev='vda'/></disk></devices></domain>
                """
            _ = try await bench.connection.define(xml: user, name: "rescue")
            let others = ["web-1-0badf00d.iso", "web-2-0badf00d.qcow2", "web-4-0badf00d.iso"]
            for name in others { try bench.poolFolder.appending(name).write("somebody's".utf8) }
            try await #require(bench.connection.storagePool(named: "default")).refresh()
            #expect(try await bench.host.orphans(of: "web", in: "default").map(\.name) == ["web-2"])
            #expect(try await bench.host.removeOrphans(of: "web", in: "default") == ["web-2"])
            let kept = [records[0], records[2]].flatMap { [$0.disk, $0.seed] }
            #expect(try await bench.volumes().sorted() == (others + kept).sorted())
        }
    }

    @Test func leavesADataDiskToTheNextMachineOfTheNumber() async throws {
        try await KVMBench.with { bench in
            let image = try await bench.image()
            try await bench.host.install(image, in: "default")
            var record = bench.record(1, image)
            record.edition.shape.data = ["db:8MiB"].compactMap(DataDisk.init)
            try await bench.host.make(record, seed: CloudSeed())
            let volume = bench.poolFolder.appending("web-1.db.data.qcow2")
            let write = ["-f", "qcow2", "-c", "write -P 7 1M 64k", volume.string]
            try await Program.run("qemu-io", write, deadline: .seconds(20))
            try await bench.host.remove(try await bench.host.machines(of: "web"))
            #expect(try await bench.volumes() == ["web-1.db.data.qcow2"])

            var next = bench.record(1, image)
            next.edition.shape.data = ["db:16MiB"].compactMap(DataDisk.init)
            try await bench.host.make(next, seed: CloudSeed())
            #expect(bench.lines.all.contains("web-1 takes over web-1.db.data.qcow2"))
            for command in ["read -P 7 1M 64k", "read -P 0 15M 64k"] {
                let text = try await Program.run(
                    "qemu-io", ["-f", "qcow2", "-c", command, volume.string], deadline: .seconds(20)
                ).text
                #expect(!text.contains("failed"), "\(text)")
            }
            try await bench.host.removeOrphans(of: "web", in: "default")
            #expect(volume.exists)
        }
    }

    @Test func seesWhatSomebodyChangedByHand() async throws {
        try await KVMBench.with { bench in
            let image = try await bench.image()
            try await bench.host.install(image, in: "default")
            let record = bench.record(1, image)
            try await bench.host.make(record, seed: CloudSeed())
            let domain = try #require(await bench.connection.domain(named: "web-1"))
            let changed = try await domain.definition().replacing("524288", with: "262144")
            _ = try await bench.connection.define(xml: changed, name: "web-1")
            let machine = try #require(await bench.host.machines(of: "web").first)
            #expect(machine.drift.count == 1)
            #expect(machine.view.edition != record.edition.fingerprint)
        }
    }

    @Test func makesTenMachinesInTwoSecondsEach() async throws {
        try await KVMBench.with { bench in
            let image = try await bench.image()
            try await bench.host.install(image, in: "default")
            let clock = ContinuousClock()
            let time = try await clock.measure {
                for number in 1...10 { try await bench.host.make(bench.record(number, image), seed: CloudSeed()) }
            }
            print("ten machines in \(time)")
            // The limit is 2 s each; a busy host gets three times that.
            #expect(time < .seconds(60))
        }
    }
}
