import Attestation
import Foundation
import FoundationXML
import HostSystem
import Libvirt
import LibvirtTestSupport
import Synchronization
import SystemPackage
import Testing
import VirtualMachineTestSupport

@testable import Deployment

extension LongTests {
    /// Images, machines' disks and copies on the real ZFS of an emulated host, by ssh.
    @Suite(.timeLimit(.minutes(60)))
    struct ZFSStoreTests {
        @Test func keepsImagesAndDisksInZFS() async throws {
            BrokenPipes.survive()
            let lab = try #require(Lab.current)
            try await lab.turn {
                try await ZFSGuest.with(lab) { guest in
                    let trial = try await ZFSTrial.make(guest, in: lab)
                    let before = try await guest.state(of: ZFSTrial.strangers)
                    try await trial.putsAnImageThereOnce()
                    try await trial.usesNothingThatIsNotRight()
                    try await trial.makesMachinesOfClones()
                    try await trial.storesWhatDiffersAlone()
                    try await trial.sendsToAnotherPool()
                    try await trial.goesOnWithABrokenTransfer()
                    try await trial.keepsWhatIsUsed()
                    try await trial.removesWhatIsItsOwn()
                    #expect(try await guest.state(of: ZFSTrial.strangers) == before)
                }
            }
        }
    }
}

/// One host, from its first image to its last.
private struct ZFSTrial: Sendable {
    let guest: ZFSGuest
    let project: Project
    let releases: ZFSReleases
    let store: ZFSStore
    let lines: Lines

    /// What was said to people.
    final class Lines: Sendable {
        private let lines = Mutex<[String]>([])

        func add(_ line: String) {
            print("store: \(line)")
            lines.withLock { $0.append(line) }
        }
        /// What was said since this was last asked.
        func take() -> [String] {
            lines.withLock { all in
                defer { all = [] }
                return all
            }
        }
    }

    /// What is somebody else's, with names and marks near ours.
    static let strangers = [
        "rpool/images/web-image2", "rpool/images/web", "rpool/images/web-1-00000000", "rpool/images/web-9-0000000a",
        "rpool/other",
    ]
    private static let makeStrangers = """
        zpool create -f -o ashift=12 -O mountpoint=none -O compression=lz4 backup /dev/vdb
        zfs create -o canmount=off rpool/images
        zfs create -o canmount=off backup/images
        zfs create -s -V 16M rpool/images/web-image2
        zfs create -s -V 16M -o imagefactory:template=web rpool/images/web
        zfs snapshot rpool/images/web@v1.0.0
        zfs clone -o imagefactory:fleet=web rpool/images/web@v1.0.0 rpool/images/web-1-00000000
        zfs create -o imagefactory:fleet=web -o imagefactory:machine=web-9 -o imagefactory:mark=0000000a rpool/other
        zfs create -s -V 16M rpool/images/web-9-0000000a
        for one in web-image2 web web-9-0000000a; do
            until [ -b /dev/zvol/rpool/images/$one ]; do sleep 0.1; done
            echo "$one is somebody's" | dd of=/dev/zvol/rpool/images/$one conv=notrunc status=none
        done
        """

    static func make(_ guest: ZFSGuest, in lab: Lab) async throws -> ZFSTrial {
        try await guest.run(makeStrangers)
        let folder = lab.folder.appending("zfs-releases")
        try folder.createFolder()
        let lines = Lines()
        let place = try #require(ZFSPlace("zfs:rpool/images")).on(connection: guest.uri)
        return ZFSTrial(
            guest: guest, project: try lab.project(), releases: ZFSReleases(folder: folder),
            store: ZFSStore(place) { lines.add($0) }, lines: lines)
    }

    private func install(_ version: String) async throws {
        let (verified, _) = try await releases.image(version)
        let time = try await ContinuousClock().measure { try await store.install(verified) }
        print("\(version) in \(time)")
    }

    func putsAnImageThereOnce() async throws {
        let (verified, raw) = try await releases.image("v1.0.0")
        try await install("v1.0.0")
        #expect(lines.take().contains { $0.hasPrefix("writing") })
        let stored = try #require(await store.images().first)
        #expect(stored.snapshot == "rpool/images/web-image@v1.0.0")
        #expect(stored.digest == verified.image.sha256 && stored.raw == raw)
        #expect(
            try await guest.digest(of: "rpool/images/web-image", length: ZFSReleases.oddSize) == raw.hex)
        #expect(
            try await guest.run(
                "zfs get -H -p -o value volsize,volblocksize,refreservation,volmode rpool/images/web-image")
                == "1073758208\n16384\n0\ndev")
        let used = try await guest.run("zfs get -H -p -o value used rpool/images/web-image")
        #expect(try #require(Int(used)) < 64 << 20, "what is zero takes no room")

        let moment = try await guest.run("zfs get -H -o value createtxg,written rpool/images/web-image")
        try await install("v1.0.0")
        #expect(lines.take().isEmpty, "a second deployment copies nothing")
        #expect(try await guest.run("zfs get -H -o value createtxg,written rpool/images/web-image") == moment)
    }

    /// A release whose bytes changed, a stream that ends too early, a disk that reads back as something else.
    func usesNothingThatIsNotRight() async throws {
        let (verified, _) = try await releases.image("v1.0.1")
        let file = releases.folder.appending("v1.0.1/web.qcow2")
        let good = try file.readBytes(limit: .gibibytes(1))
        var bad = good
        bad[bad.count / 2] ^= 1
        try file.write(bad)
        await #expect(throws: DeployError.self) { try await store.install(verified) }
        try file.write(good)

        let volume = "rpool/images/web-image"
        for (frames, message) in [
            ("data 0 16384\nshort", "too early"), ("zero 0 16384\n", "too early"), ("", "too early"),
        ] {
            await #expect {
                _ = try await store.shell.run(
                    ["sh", "-c", ZFSScript.writeImage, "sh", volume, "v1.0.1", "1073758208"]
                ) { sink, _ in try sink.writeAll(frames.utf8) }
            } throws: { "\($0)".contains(message) }
        }
        let answer = try await store.shell.run(
            ["sh", "-c", ZFSScript.writeImage, "sh", volume, "v1.0.1", "1073758208"]
        ) { sink, _ in
            try sink.writeAll("zero 0 1073758208\nend \(Digest.of("something else").hex) \(ZFSReleases.oddSize)\n".utf8)
        }
        #expect(answer.text.hasPrefix("differs "))
        #expect(try await store.images().map(\.version) == ["v1.0.0"])

        let task = Task { try await store.install(verified) }
        try await ContinuousClock().sleep(for: .seconds(4))
        task.cancel()
        _ = await task.result
        #expect(try await store.images().count <= 2)
        // Whatever is left of all that is written over.
        try await store.install(verified)
        let (_, raw) = try await releases.image("v1.0.1")
        #expect(try await store.images().map(\.raw).last == raw)
        #expect(try await guest.digest(of: volume, length: ZFSReleases.oddSize) == raw.hex)
        _ = lines.take()
    }

    func makesMachinesOfClones() async throws {
        try await withHost { host in
            let (verified, raw) = try await releases.image("v1.0.0")
            let records = [1, 2].map { record($0, verified.image) }
            for record in records { try await host.make(record, seed: CloudSeed()) }
            for machine in try await host.machines(of: "web") {
                let record = machine.record
                let disk = try store.disk(of: record).description
                #expect(machine.drift.isEmpty && machine.view.condition == .stopped)
                #expect(try await machine.domain.definition().contains("<source dev='/dev/zvol/\(disk)'/>"))
                #expect(
                    try await guest.run(
                        "zfs get -H -p -o value origin,volsize,imagefactory:machine,imagefactory:fleet \(disk)")
                        == "rpool/images/web-image@v1.0.0\n\(2 << 30)\n\(record.name)\nweb")
                #expect(try await guest.digest(of: disk, length: ZFSReleases.oddSize) == raw.hex)
            }
            #expect(try await store.images().first?.clones.count == 2)
            try await goesBack(try #require(await host.machines(of: "web").first), on: host)
            try await removesOnlyOwn(records[1], on: host)
            try await removesWhatSomebodyForgot(record(3, verified.image), on: host)
        }
    }

    /// A machine whose domain somebody undefined by hand, and whose disk nobody would find any more.
    private func removesWhatSomebodyForgot(_ record: MachineRecord, on host: KVMHost) async throws {
        let disk = try store.disk(of: record).description
        try await host.make(record, seed: CloudSeed())
        try await host.connection.domain(named: record.name)?.undefine()
        let stores = Set([record.edition.shape.store].compactMap { $0 })
        try await host.removeOrphans(of: "other", in: record.edition.shape.pool, stores: stores)
        #expect(try await guest.run("zfs list -H -o name \(disk)") == disk)
        try await host.removeOrphans(of: record.fleet, in: record.edition.shape.pool, stores: stores)
        #expect(try await guest.run("zfs list -H -o name \(disk) 2>/dev/null || true").isEmpty)
        #expect(try await store.images().first?.clones.count == 1)
    }

    /// A change in place, and its undoing.
    private func goesBack(_ machine: KVMMachine, on host: KVMHost) async throws {
        let disk = try store.disk(of: machine.record).description
        let before = try await guest.digest(of: disk, length: 1 << 24)
        try await host.snapshot("before", of: machine)
        await #expect(throws: KVMHostError.self) { try await host.snapshot("before", of: machine) }
        try await guest.run("dd if=/dev/urandom of=/dev/zvol/\(disk) bs=1M count=2 conv=notrunc,fsync status=none")
        #expect(try await guest.digest(of: disk, length: 1 << 24) != before)
        try await host.snapshot("later", of: machine)
        #expect(try await host.snapshots(of: machine) == ["before", "later"])
        try await host.restore("before", of: machine)
        #expect(try await guest.digest(of: disk, length: 1 << 24) == before)
        #expect(try await host.snapshots(of: machine) == ["before"])
    }

    private func removesOnlyOwn(_ record: MachineRecord, on host: KVMHost) async throws {
        let disk = try store.disk(of: record).description
        let machine = try #require(
            await host.machines(of: "web").first { $0.record == record || $0.record.number == 2 })
        try await guest.run("zfs inherit imagefactory:mark \(disk)")
        await #expect(throws: ZFSError.self, "without its mark it could be anybody's") {
            try await host.remove([machine])
        }
        try await guest.run("zfs set imagefactory:mark=\(record.mark) \(disk)")
        // Who has it open for a moment is waited for.
        try await guest.run("(sleep 8 </dev/zvol/\(disk) >/dev/null 2>&1 &)")
        try await host.remove([machine])
        #expect(try await guest.run("zfs list -H -o name \(disk) 2>/dev/null || true").isEmpty)
        #expect(try await host.machines(of: "web").map(\.record.number) == [1])
    }

    /// A host whose libvirt is a daemon of this one, and whose disks are at the guest; nothing is started.
    private func withHost(_ body: (KVMHost) async throws -> Void) async throws {
        let folder = project.root.appending("libvirt")
        if !folder.exists { try folder.createFolder() }
        try await LibvirtDaemon.with(in: folder) { daemon in
            let connection = try await Connection.open(daemon.uri)
            let pool = folder.appending("pool")
            try pool.createFolder()
            let xml = node(
                "pool", ["type": "dir"],
                children: [
                    node("name", text: "default"), node("target", children: [node("path", text: pool.string)]),
                ]
            ).xmlString
            _ = try await connection.createStoragePool(xml: xml, name: "default")
            try await body(KVMHost(connection))
        }
    }

    private func record(_ number: Int, _ image: DeployedImage) -> MachineRecord {
        var shape = MachineShape(cpus: 1, memory: .mebibytes(512), disk: .gibibytes(2), network: nil, executor: .qemu)
        shape.store = ZFSPlace("zfs:\(ZFSGuest.name):rpool/images")
        return MachineRecord(
            fleet: "web", number: number, generation: 1,
            edition: MachineEdition(image: image, shape: shape, seed: CloudSeed().digest))
    }

    func storesWhatDiffersAlone() async throws {
        try await install("v1.1.0")
        let (_, raw) = try await releases.image("v1.1.0")
        let written = try await guest.run("zfs get -H -p -o value written rpool/images/web-image@v1.1.0")
        print("v1.1.0 takes \(written) bytes beside v1.0.1")
        #expect(try #require(Int(written)) < 4 << 20, "blocks that are the same are stored once")
        #expect(try await store.images().last?.raw == raw)
        try await install("v1.2.0")
    }

    func sendsToAnotherPool() async throws {
        let first = try await send("--version", "v1.0.0")
        #expect(first.output == ["backup/images/web-image@v1.0.0"])
        #expect(!first.talk.contains("what differs"))
        let rest = try await send()
        #expect(
            rest.output == ["v1.0.1", "v1.1.0", "v1.2.0"].map { "backup/images/web-image@\($0)" })
        #expect(rest.talk.contains("what differs"))
        let again = try await send()
        #expect(again.output.isEmpty && again.talk.contains("already"))
        let (_, raw) = try await releases.image("v1.2.0")
        #expect(try await guest.digest(of: "backup/images/web-image", length: ZFSReleases.oddSize) == raw.hex)
        let copies = try await list("zfs:backup/images")
        #expect(copies.map(\.version) == ["v1.0.0", "v1.0.1", "v1.1.0", "v1.2.0"])
        #expect(copies.last?.raw == raw.hex)
    }

    /// A transfer between what are two hosts for us, so that its bytes come by here, is killed, and goes on.
    func goesOnWithABrokenTransfer() async throws {
        try await guest.run("zfs destroy -r backup/images/web-image")
        let place = try #require(ZFSPlace("zfs:\(ZFSGuest.name):backup/images"))
        var replication = ZFSReplication(from: store, to: ZFSStore(place))
        let killed = Mutex(false)
        let (isFar, signal) = AsyncStream.makeStream(of: Void.self)
        replication.progress = { progress in
            print("transfer: \(progress.line)")
            if progress.done > 12 << 20, !progress.isDone, killed.withLock({ !$0 }) { signal.yield() }
        }
        let running = Task { [replication] in
            defer { signal.finish() }
            return try await replication.run("web")
        }
        for await _ in isFar { break }
        killed.withLock { $0 = true }
        running.cancel()
        await #expect(throws: (any Error).self) { try await running.value }
        let token = try await poll(every: .seconds(1), deadline: .seconds(60), for: "a token") {
            let text = try await guest.run("zfs get -H -o value receive_resume_token backup/images/web-image")
            return text.count > 10 ? text : nil
        }
        #expect(!token.isEmpty)
        let resumed = Mutex(false)
        replication.progress = { progress in if progress.isResumed { resumed.withLock { $0 = true } } }
        let made = try await replication.run("web")
        #expect(made.count == 4)
        #expect(resumed.withLock { $0 })
        let (_, raw) = try await releases.image("v1.2.0")
        #expect(try await guest.digest(of: "backup/images/web-image", length: ZFSReleases.oddSize) == raw.hex)
    }

    func keepsWhatIsUsed() async throws {
        try await guest.run("zfs hold mine rpool/images/web-image@v1.0.1")
        let kept = try await factory("images", "keep", "1", "--store", "zfs:rpool/images", "--connect", guest.uri)
        #expect(kept.status == 0, "\(kept.talk)")
        let lines = kept.output.split(separator: "\n")
        #expect(lines.count == 3)
        #expect(
            lines.contains { $0.hasPrefix("rpool/images/web-image@v1.0.0 stays: rpool/images/web-1-") },
            "it names what stands on it: \(kept.output)")
        #expect(lines.contains { $0.hasPrefix("rpool/images/web-image@v1.0.1 stays: somebody holds it") })
        #expect(lines.contains("rpool/images/web-image@v1.1.0 is removed"))
        #expect(try await store.images().map(\.version) == ["v1.0.0", "v1.0.1", "v1.2.0"])
        try await guest.run("zfs release mine rpool/images/web-image@v1.0.1")

        // What both had in common is gone here, and remembered.
        try await install("v1.3.0")
        _ = try await factory("images", "keep", "1", "--store", "zfs:rpool/images", "--connect", guest.uri)
        #expect(try await store.images().map(\.version) == ["v1.0.0", "v1.3.0"])
        let sent = try await send()
        #expect(sent.output == ["backup/images/web-image@v1.3.0"], "\(sent.talk)")
        #expect(sent.talk.contains("what differs"))
    }

    func removesWhatIsItsOwn() async throws {
        let disks = try await store.images().flatMap(\.clones)
        #expect(disks.count == 1)
        try await guest.run("zfs clone \(disks[0])@before rpool/images/somebodys")
        let number = try #require(disks.first?.split(separator: "-").last).description
        let (verified, _) = try await releases.image("v1.0.0")
        var record = record(1, verified.image)
        record.mark = number
        await #expect {
            try await store.removeDisk(of: record.owner)
        } throws: { "\($0)".contains("rpool/images/somebodys") }
        try await guest.run("zfs destroy rpool/images/somebodys")
        try await store.removeDisk(of: record.owner)
        try await store.removeDisk(of: record.owner)
        let outcomes = try await store.keep(1)
        #expect(outcomes.map(\.keptBy) == [nil])
        #expect(try await store.images().map(\.version) == ["v1.3.0"])
        await #expect(throws: ZFSError.self) { try await store.keep(1, of: "nothing") }
    }

    private struct Copy: Decodable {
        let version: String
        let raw: String
    }

    private func list(_ place: String) async throws -> [Copy] {
        let listed = try await factory("images", "list", "--store", place, "--connect", guest.uri, "--format", "json")
        #expect(listed.status == 0, "\(listed.talk)")
        return try JSONDecoder().decode([Copy].self, from: Data(listed.output.utf8))
    }

    private func send(_ more: String...) async throws -> (output: [String], talk: String) {
        var process = project.factory(
            "images", "send", "web", "--store", "zfs:rpool/images", "--connect", guest.uri, "--to",
            "zfs:backup/images")
        process.arguments += more
        let ending = try await process.run { line, _ in print("send: \(line)") }
        #expect(ending.status == 0, "\(ending.talk)")
        return (ending.output.split(separator: "\n").map(String.init), ending.talk)
    }

    private func factory(_ arguments: String...) async throws -> FactoryProcess.Ending {
        var process = project.factory()
        process.arguments = arguments
        return try await process.run()
    }
}
