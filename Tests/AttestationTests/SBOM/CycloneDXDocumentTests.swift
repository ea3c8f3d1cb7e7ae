import Attestation
import Foundation
import HostSystem
import Testing

struct CycloneDXDocumentTests {
    private func document(
        _ inventory: Inventory = .debian, _ subject: SBOMSubject = .web
    ) throws -> [String: Any] {
        let bytes = try CycloneDXDocument(inventory, subject).json()
        return try #require(try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
    }

    private func component(_ name: String) throws -> [String: Any] {
        let components = try #require(try document()["components"] as? [[String: Any]])
        return try #require(components.first { $0["name"] as? String == name })
    }

    private func hash(_ component: [String: Any]) -> String? {
        (component["hashes"] as? [[String: String]])?.first?["content"]
    }

    @Test func isAboutTheImageWithItsFilesDigests() throws {
        let metadata = try #require(try document()["metadata"] as? [String: Any])
        let image = try #require(metadata["component"] as? [String: Any])
        #expect(image["type"] as? String == "operating-system")
        #expect(image["name"] as? String == "web" && image["version"] as? String == "v1.2.0")
        let files = try #require(image["externalReferences"] as? [[String: Any]])
        #expect(files.map { $0["url"] as? String } == ["./web-v1.2.0.ova", "./web-v1.2.0.qcow2"])
        #expect(files.map(hash) == [Digest.of("ova").hex, Digest.of("qcow2").hex])
        #expect(files.allSatisfy { $0["type"] as? String == "distribution" })
        #expect(metadata["timestamp"] as? String == "2026-01-02T03:00:00Z")
    }

    @Test func excludesTheMediumAndNothingElse() throws {
        let components = try #require(try document()["components"] as? [[String: Any]])
        let excluded = components.filter { $0["scope"] as? String == "excluded" }
        #expect(excluded.map { $0["name"] as? String } == ["kldload 1.5.0 x86_64"])
        #expect(excluded.first.flatMap(hash) == Digest.of("iso").hex)
    }

    @Test(arguments: [
        ("openssh-server", "library", nil), ("intel-microcode", "firmware", "firmware"),
        ("debian", "operating-system", nil), ("/boot/vmlinuz-6.12.94-amd64", "file", "kernel"),
        ("/boot/efi/EFI/BOOT/BOOTX64.EFI", "file", "boot-loader"), ("/etc/hostname", "file", "file"),
    ])
    func saysWhatAComponentIs(name: String, type: String, role: String?) throws {
        let component = try component(name)
        #expect(component["type"] as? String == type)
        let properties = component["properties"] as? [[String: String]]
        #expect(properties?.first?["value"] == role)
    }

    @Test func namesPackagesByTheirURLs() throws {
        let component = try component("openssh-server")
        #expect(component["purl"] as? String == component["bom-ref"] as? String)
        #expect(
            (component["purl"] as? String)?.hasPrefix("pkg:deb/debian/openssh-server@1:10.0p1-7%2Bdeb13u1?") == true)
        let supplier = try #require(component["supplier"] as? [String: Any])
        #expect(supplier["name"] as? String == "Debian OpenSSH Maintainers")
    }

    @Test func refersOnlyToWhatIsThere() throws {
        let document = try document()
        let components = try #require(document["components"] as? [[String: Any]])
        let references = components.compactMap { $0["bom-ref"] as? String }
        #expect(Set(references).count == components.count)
        let dependencies = try #require(document["dependencies"] as? [[String: Any]])
        #expect(dependencies.map { $0["ref"] as? String } == ["image"])
        let parts = try #require(dependencies.first?["dependsOn"] as? [String])
        #expect(Set(parts) == Set(references).subtracting(["installer"]))
    }

    @Test func isTheSameForTheSameContentInAnyOrder() throws {
        let bytes = try CycloneDXDocument(.debian, .web).json()
        for _ in 0..<5 { #expect(try CycloneDXDocument(Inventory.debian.shuffled, .web).json() == bytes) }
    }

    @Test func hasASerialNumberOfItsOwnForEachContent() throws {
        var changed = Inventory.debian
        changed.packages[0].summary = "another"
        let numbers = try [document(), document(changed)].map { try #require($0["serialNumber"] as? String) }
        #expect(Set(numbers).count == 2)
        let form = /urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/
        for number in numbers { #expect(number.wholeMatch(of: form) != nil) }
    }

    @Test func doesWithoutAMediumImagesAndASupplier() throws {
        let bare = SBOMSubject(template: "web", version: "v1", factory: "0.1.0", created: 0)
        let document = try document(.debian, bare)
        let metadata = try #require(document["metadata"] as? [String: Any])
        #expect(metadata["supplier"] == nil && metadata["timestamp"] as? String == "1970-01-01T00:00:00Z")
        let components = try #require(document["components"] as? [[String: Any]])
        #expect(components.count == 7)
    }
}
