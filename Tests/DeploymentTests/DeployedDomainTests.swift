import Deployment
import FoundationXML
import HostSystem
import Libvirt
import Testing

struct DeployedDomainTests {
    private func definition(_ record: MachineRecord) throws -> XMLElement {
        try #require(XMLElement.parse(DeployedDomain(record).xml))
    }

    @Test func namesItsVolumesByPoolAndName() throws {
        let record = Samples.record()
        let disks = try #require(try definition(record).first("devices")).elements(forName: "disk")
        #expect(disks.map { $0.first("source")?.value("volume") } == [record.disk, record.seed])
        #expect(disks.map { $0.first("target")?.value("bus") } == ["virtio", "virtio"])
        #expect(disks.allSatisfy { $0.first("source")?.value("pool") == "default" })
    }

    @Test func hasAnAgentsChannelAndAConsoleWithALogOfItsOwn() throws {
        let domain = try definition(Samples.record())
        #expect(domain.first("devices/channel/target")?.value("name") == "org.qemu.guest_agent.0")
        #expect(domain.first("devices/serial/log")?.value("file")?.contains("web-1") == true)
        #expect(domain.first("os")?.value("firmware") == "efi")
    }

    @Test(
        arguments: [
            (nil, nil, nil), ("default", "network", "default"), ("bridge:br0", "bridge", "br0"),
        ] as [(String?, String?, String?)])
    func isPluggedInWhereItIsToBe(network: String?, kind: String?, name: String?) throws {
        var record = Samples.record()
        record.edition.shape.network = network
        let card = try definition(record).first("devices/interface")
        #expect(card?.value("type") == kind)
        #expect(kind.flatMap { card?.first("source")?.value($0) } == name)
    }

    @Test func emulatesOneProcessorAloneAndLeavesRoomForTheOthers() throws {
        var record = Samples.record()
        record.edition.shape.cpus = 4
        for (executor, current) in [(MachineShape.Executor.kvm, nil), (.qemu, "1")] {
            record.edition.shape.executor = executor
            let domain = try definition(record)
            #expect(domain.first("vcpu")?.value("current") == current)
            #expect(MachineDrift.differences(of: domain, from: record).isEmpty)
        }
    }

    @Test func holdsItsRecord() throws {
        let record = Samples.record()
        let element = try #require(try definition(record).first("metadata")?.elements(forName: "if:machine").first)
        #expect(MachineRecord(element) == record)
    }

    @Test func showsNoDriftOfItself() throws {
        let record = Samples.record()
        #expect(MachineDrift.differences(of: try definition(record), from: record).isEmpty)
    }

    @Test func hasItsDataDisksByName() throws {
        var record = Samples.record()
        let plain = record.edition.fingerprint
        record.edition.shape.data = ["db:20GiB", "log:1GiB"].compactMap(DataDisk.init)
        #expect(record.edition.fingerprint != plain)
        let domain = try definition(record)
        let disks = try #require(domain.first("devices")).elements(forName: "disk").dropFirst().dropLast()
        #expect(disks.map { $0.first("source")?.value("volume") } == ["web-1.db.data.qcow2", "web-1.log.data.qcow2"])
        #expect(disks.map { $0.first("target")?.value("dev") } == ["vdb", "vdc"])
        #expect(disks.map { $0.first("serial")?.stringValue } == ["db", "log"])
        let element = try #require(domain.first("metadata")?.elements(forName: "if:machine").first)
        #expect(MachineRecord(element) == record)
        #expect(MachineDrift.differences(of: domain, from: record).isEmpty)
        #expect(MachineDrift.differences(of: try definition(Samples.record()), from: record).count >= 2)
    }

    @Test(arguments: [
        "", "db", "db:", "db:0", "Db:1GiB", "my-db:1GiB", "../x:1GiB", "db:1GB", "averyverylongname:1GiB",
    ])
    func refusesWhatIsNoDataDisk(text: String) {
        #expect(DataDisk(text) == nil)
    }

    @Test(arguments: ["memory", "vcpu", "network", "disk"])
    func showsWhatSomebodyChanged(what: String) throws {
        var changed = Samples.record()
        let record = changed
        switch what {
        case "memory": changed.edition.shape.memory = .gibibytes(1)
        case "vcpu": changed.edition.shape.cpus = 7
        case "network": changed.edition.shape.network = nil
        default: changed.mark = "00000000"
        }
        #expect(MachineDrift.differences(of: try definition(changed), from: record).count == 1)
    }
}
