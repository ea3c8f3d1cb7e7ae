import FoundationXML
import HostSystem
import Libvirt
import Testing

@testable import Deployment

struct ZFSDomainTests {
    private func record(_ store: String = "zfs:rpool/images") throws -> MachineRecord {
        var record = Samples.record()
        let place = try #require(ZFSPlace(store))
        record.edition.shape.store = place
        return record
    }

    @Test func hasItsCloneAsABlockDevice() throws {
        let record = try record()
        let domain = try #require(XMLElement.parse(DeployedDomain(record).xml))
        let disks = try #require(domain.first("devices")).elements(forName: "disk")
        #expect(disks.map { $0.value("type") } == ["block", "volume"])
        #expect(disks[0].first("source")?.value("dev") == "/dev/zvol/rpool/images/web-1-\(record.mark)")
        #expect(disks[0].first("driver")?.value("type") == "raw")
        #expect(disks[1].first("source")?.value("volume") == record.seed)
        #expect(MachineDrift.differences(of: domain, from: record).isEmpty)
        var other = record
        other.mark = "00000000"
        #expect(MachineDrift.differences(of: domain, from: other).count == 1)
    }

    @Test(arguments: ["zfs:rpool/images", "zfs:root@kvm1:tank"])
    func isReadAsItWasWritten(store: String) throws {
        let record = try record(store)
        let element = try #require(XMLElement.parse(record.element.xmlString))
        #expect(MachineRecord(element) == record)
        #expect(record.edition.fingerprint != Samples.record().edition.fingerprint)
    }

    @Test func isNotReadWithAPlaceThatIsNone() throws {
        let element = try record().element
        element.first("shape")?.attribute(forName: "store")?.stringValue = "zfs:../etc"
        #expect(MachineRecord(element) == nil)
    }

    @Test func takesAMachinesDiskForNoImage() throws {
        let store = ZFSStore(try #require(ZFSPlace("zfs:rpool/images")))
        let record = try record()
        let name = record.owner.name
        #expect(name.wholeMatch(of: /web-1-[0-9a-f]{8}/) != nil)
        #expect(try store.volume(of: name) != store.disk(of: record))
    }
}
