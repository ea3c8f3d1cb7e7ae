import Attestation
import Foundation
import HostSystem
import Testing

struct SPDXDocumentTests {
    private func document(
        _ inventory: Inventory = .debian, _ subject: SBOMSubject = .web
    ) throws -> [String: Any] {
        let bytes = try SPDXDocument(inventory, subject).json()
        return try #require(try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
    }

    private func packages(_ document: [String: Any]) throws -> [[String: Any]] {
        try #require(document["packages"] as? [[String: Any]])
    }

    private func package(_ name: String, in document: [String: Any]) throws -> [String: Any] {
        try #require(try packages(document).first { $0["name"] as? String == name })
    }

    /// Every relationship, by the names of what it joins.
    private func relationships(_ document: [String: Any]) throws -> Set<String> {
        var names = ["SPDXRef-DOCUMENT": "document"]
        for package in try packages(document) {
            names[try #require(package["SPDXID"] as? String)] = package["name"] as? String
        }
        let list = try #require(document["relationships"] as? [[String: String]])
        return Set(
            try list.map { item in
                let from = try #require(names[item["spdxElementId"] ?? ""])
                let to = try #require(names[item["relatedSpdxElement"] ?? ""])
                return "\(from) \(item["relationshipType"] ?? "") \(to)"
            })
    }

    @Test func describesTheImageAndAllThatIsInIt() throws {
        #expect(
            try relationships(try document()) == [
                "document DESCRIBES web", "document DESCRIBES web-v1.2.0.qcow2", "document DESCRIBES web-v1.2.0.ova",
                "web-v1.2.0.qcow2 CONTAINS web", "web-v1.2.0.ova CONTAINS web",
                "web GENERATED_FROM kldload 1.5.0 x86_64", "web CONTAINS debian",
                "web CONTAINS openssh-server", "web CONTAINS linux-image-6.12.94-amd64",
                "web CONTAINS intel-microcode", "web CONTAINS /etc/hostname",
                "web CONTAINS /boot/efi/EFI/BOOT/BOOTX64.EFI",
                "linux-image-6.12.94-amd64 CONTAINS /boot/vmlinuz-6.12.94-amd64",
            ])
    }

    @Test func saysWhatAPackageIs() throws {
        let document = try document()
        let server = try package("openssh-server", in: document)
        #expect(server["versionInfo"] as? String == "1:10.0p1-7+deb13u1")
        #expect(
            server["supplier"] as? String
                == "Organization: Debian OpenSSH Maintainers (debian-ssh@lists.debian.org)")
        #expect(
            server["licenseDeclared"] as? String
                == "BSD-2-Clause AND LicenseRef-expat-with-advertising-restriction AND LicenseRef-public-domain")
        #expect(server["licenseConcluded"] as? String == "NOASSERTION")
        #expect(server["homepage"] as? String == "https://www.openssh.com/")
        let reference = try #require((server["externalRefs"] as? [[String: String]])?.first)
        #expect(
            reference["referenceLocator"]
                == "pkg:deb/debian/openssh-server@1:10.0p1-7%2Bdeb13u1?arch=amd64&distro=debian-13&upstream=openssh")
        let microcode = try package("intel-microcode", in: document)
        #expect(microcode["primaryPackagePurpose"] as? String == "FIRMWARE")
        #expect(microcode["supplier"] as? String == "Person: Henrique de Moraes Holschuh (hmh@debian.org)")
        #expect(microcode["homepage"] == nil)
        #expect(microcode["licenseDeclared"] as? String == "NOASSERTION")
    }

    /// Standard files would need a SHA-1 digest, so there are none: SHA-256 alone is right for packages.
    @Test func givesImagesMediumAndFilesTheirDigests() throws {
        let document = try document()
        for (name, content) in [
            ("web-v1.2.0.qcow2", "qcow2"), ("web-v1.2.0.ova", "ova"), ("kldload 1.5.0 x86_64", "iso"),
            ("/etc/hostname", "web\n"), ("/boot/vmlinuz-6.12.94-amd64", "kernel"),
            ("/boot/efi/EFI/BOOT/BOOTX64.EFI", "loader"),
        ] {
            let checksums = try package(name, in: document)["checksums"] as? [[String: String]]
            #expect(checksums == [["algorithm": "SHA256", "checksumValue": Digest.of(content).hex]])
        }
        #expect(document["files"] == nil)
        let loader = try package("/boot/efi/EFI/BOOT/BOOTX64.EFI", in: document)
        #expect(loader["versionInfo"] as? String == "\(Digest.of("loader"))")
    }

    @Test func explainsEveryLicenceWithoutAnIdentifier() throws {
        let extracted = try #require(try document()["hasExtractedLicensingInfos"] as? [[String: String]])
        #expect(
            extracted.map { $0["licenseId"] } == [
                "LicenseRef-expat-with-advertising-restriction", "LicenseRef-public-domain",
            ])
        #expect(extracted.last?["extractedText"] == "The package states its licence as: public-domain")
    }

    @Test func listsNoFileOfAPackageAndNoFolder() throws {
        let names = try packages(try document()).compactMap { $0["name"] as? String }
        #expect(!names.contains("/usr/sbin/sshd") && !names.contains("/etc") && !names.contains("/etc/localtime"))
        #expect(names.count == Set(names).count)
    }

    @Test func isTheSameForTheSameContentInAnyOrder() throws {
        let bytes = try SPDXDocument(.debian, .web).json()
        for _ in 0..<5 { #expect(try SPDXDocument(Inventory.debian.shuffled, .web).json() == bytes) }
        let again = try JSONDecoder().decode(Inventory.self, from: Data(try Inventory.debian.json()))
        #expect(try SPDXDocument(again, .web).json() == bytes)
    }

    @Test func hasANameSpaceOfItsOwnForEachContent() throws {
        var later = SBOMSubject.web
        later.created += 1
        var changed = Inventory.debian
        changed.packages[0].summary = "another"
        let spaces = try [
            document(), document(.debian, later), document(changed), document(changed, later),
        ].map { try #require($0["documentNamespace"] as? String) }
        #expect(Set(spaces).count == 4)
        let form =
            /https:\/\/spdx\.org\/spdxdocs\/web-v1\.2\.0-[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/
        for space in spaces { #expect(space.wholeMatch(of: form) != nil) }
    }

    @Test func bearsTheTimeThatItIsGiven() throws {
        let information = try #require(try document()["creationInfo"] as? [String: Any])
        #expect(information["created"] as? String == "2026-01-02T03:00:00Z")
        #expect(information["creators"] as? [String] == ["Tool: imagefactory-0.1.0", "Organization: Example Ltd"])
    }

    @Test func listsAPackageOnceThatTheDatabaseHasTwice() throws {
        var inventory = Inventory.debian
        inventory.packages += inventory.packages
        #expect(try SPDXDocument(inventory, .web).json() == SPDXDocument(.debian, .web).json())
    }
}
