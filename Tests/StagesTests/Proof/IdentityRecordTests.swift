import Foundation
import HostSystem
import SystemPackage
import Testing

@testable import Stages

struct IdentityRecordTests {
    @Test func readsWhatTheScriptPrints() throws {
        let digest = Digest.of("x")
        let record = try IdentityRecord(
            reading: "machine-id\twanted\nmachine-id\t/etc/machine-id\t\(digest.hex)\npool-guid\trpool\t\(digest.hex)")
        #expect(record.wanted == [.machineID])
        #expect(
            record.items == [
                .init(kind: .machineID, name: "/etc/machine-id", digest: digest),
                .init(kind: .poolGUID, name: "rpool", digest: digest),
            ])
    }

    /// A guest may be broken or hostile.
    @Test(arguments: [
        "who-knows\twanted", "machine-id", "machine-id\t/etc/machine-id\tabc", "machine-id\ta\tb\tc", " ",
    ])
    func refusesWhatMakesNoSense(text: String) {
        #expect(throws: IdentityError.self) { try IdentityRecord(reading: text) }
    }

    @Test func keepsControlCharactersOutOfNames() throws {
        let record = try IdentityRecord(reading: "user-keys\t/home/\u{1B}[2Jx/.ssh/id_rsa\t\(Digest.of("x").hex)")
        #expect(record.items.map(\.name) == ["/home/ [2Jx/.ssh/id_rsa"])
    }

    /// This host is a system, too.
    @Test func printsDigestsAndNoValues() async throws {
        let output = try await Program.run(
            "/bin/sh", ["-s"], input: PackageResources.list_identities_sh, deadline: .seconds(60)
        ).text
        let record = try IdentityRecord(reading: output)
        #expect(record.wanted.contains(.machineID))
        let id = try? FilePath("/etc/machine-id").readText().trimmingCharacters(in: .whitespacesAndNewlines)
        if let id, !id.isEmpty {
            #expect(!output.contains(id))
            #expect(record.items.contains { $0.name == "/etc/machine-id" && $0.digest == .of(id + "\n") })
        }
    }

    @Test func isKeptBesideTheLayerForItsOwnerAlone() throws {
        let folder = FilePath("/var/tmp/if-identities-\(String.randomHex(digits: 8))")
        try folder.createFolder()
        defer { try? folder.remove() }
        let disk = folder.appending("disk.qcow2")
        #expect(try IdentityRecord.load(beside: disk) == nil)
        let record = IdentityRecord(items: [.init(kind: .hostID, name: "/etc/hostid", digest: .of("x"))])
        try record.save(in: folder)
        #expect(try IdentityRecord.load(beside: disk) == record)
        let attributes = try FileManager.default.attributesOfItem(atPath: folder.appending("identities.json").string)
        #expect(attributes[.posixPermissions] as? Int == 0o600)
    }
}
