import Deployment
import FoundationXML
import HostSystem
import Libvirt
import Testing

struct MachineRecordTests {
    @Test func isReadAsItWasWritten() throws {
        var record = Samples.record()
        record.refused = .of("bad")
        record.previous = PreviousRelease(Samples.image("v1.1.0"))
        record.edition.shape.disk = .gibibytes(20)
        record.edition.shape.network = "bridge:br0"
        let element = try #require(XMLElement.parse(record.element.xmlString))
        #expect(MachineRecord(element) == record)
    }

    @Test func isReadWithoutANetworkToo() throws {
        var record = Samples.record()
        record.edition.shape.network = nil
        let element = try #require(XMLElement.parse(record.element.xmlString))
        #expect(MachineRecord(element) == record)
    }

    @Test(arguments: ["fleet", "number", "generation", "state", "mark"])
    func isNotReadWithoutAnyOfItsParts(attribute: String) {
        let element = Samples.record().element
        element.removeAttribute(forName: attribute)
        #expect(MachineRecord(element) == nil)
    }

    @Test(arguments: [
        ("mark", "../../etc"), ("mark", "3FA9C2D1"), ("fleet", "../web"), ("number", "0"), ("number", "-1"),
        ("state", "fine"),
    ])
    func isNotReadWithWhatNoMachineHas(attribute: String, value: String) {
        let element = Samples.record().element
        element.attribute(forName: attribute)?.stringValue = value
        #expect(MachineRecord(element) == nil)
    }

    @Test func isReadWithThePrefixesThatLibvirtGives() throws {
        let record = Samples.record()
        let text = record.element.xmlString
        let prefixed = ["image", "shape", "seed"].reduce(text) { $0.replacing("<\($1) ", with: "<if:\($1) ") }
            .replacing(/<\/(image|shape|seed)>/) { "</if:\($0.output.1)>" }
        #expect(prefixed != text)
        #expect(MachineRecord(try #require(XMLElement.parse(prefixed))) == record)
    }

    @Test func namesVolumesThatNoOtherMachineHas() {
        let (one, other) = (Samples.record(), Samples.record())
        #expect(one.name == "web-1")
        #expect(one.disk != other.disk)
        #expect(one.seed.hasSuffix(".iso"))
    }

    @Test(arguments: ["web", "a", "web-2", "w9"])
    func takesPlainNamesOfFleets(name: String) { #expect(MachineRecord.isFleetName(name)) }

    @Test(arguments: ["", "Web", "9web", "web-", "web.1", "web/1", "-web", String(repeating: "a", count: 41)])
    func refusesOtherNamesOfFleets(name: String) { #expect(!MachineRecord.isFleetName(name)) }

    @Test func hasAnotherFingerprintForEachPartOfItsEdition() {
        let edition = Samples.record().edition
        var editions = [edition]
        func change(_ body: (inout MachineEdition) -> Void) {
            var changed = edition
            body(&changed)
            editions.append(changed)
        }
        change { $0.image.sha256 = .of("another") }
        change { $0.image.release = .of("another") }
        change { $0.seed = .of("another") }
        change { $0.shape.cpus += 1 }
        change { $0.shape.memory = .gibibytes(9) }
        change { $0.shape.disk = .gibibytes(9) }
        change { $0.shape.network = nil }
        change { $0.shape.pool = "another" }
        change { $0.shape.isFullCopy = true }
        change { $0.shape.executor = .kvm }
        #expect(Set(editions.map(\.fingerprint)).count == editions.count)
    }
}
