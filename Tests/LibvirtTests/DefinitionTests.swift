import FoundationXML
import HostSystem
import Libvirt
import SystemPackage
import Testing

/// What is kept of domains, in libvirt's own test driver; a connection of its own, which nobody shares.
struct DefinitionTests {
    private static let namespace = "urn:example:definition"

    private static func domain(_ name: String, note: String? = nil) -> String {
        let domain = node(
            "domain", ["type": "test"],
            children: [
                node("name", text: name), node("memory", ["unit": "MiB"], text: "64"),
                node("os", children: [node("type", text: "hvm")]),
            ])
        if let note {
            domain.add(
                node("metadata", children: [node("x:note", ["xmlns:x": namespace], text: note)]))
        }
        return domain.xmlString
    }

    @Test func keepsADefinedDomainUntilItIsUndefined() async throws {
        try await withTestDriver { connection in
            let domain = try await connection.define(xml: Self.domain("kept"), name: "kept")
            #expect(try await !domain.isActive())
            try await domain.start()
            try await domain.start()
            #expect(try await domain.isActive())
            try await domain.destroy()
            #expect(try await connection.domain(named: "kept") != nil)
            try await domain.undefine(hasVariables: false)
            try await domain.undefine(hasVariables: false)
            #expect(try await connection.domain(named: "kept") == nil)
        }
    }

    @Test func listsDomainsThatAreOffToo() async throws {
        try await withTestDriver { connection in
            _ = try await connection.define(xml: Self.domain("off"), name: "off")
            #expect(try await connection.domains().map(\.name).sorted() == ["off", "stranger"])
        }
    }

    @Test func readsAndReplacesAnElementOfMetadata() async throws {
        try await withTestDriver { connection in
            let note = "a < b & \"c\""
            let domain = try await connection.define(xml: Self.domain("noted", note: note), name: "noted")
            let first = try #require(await domain.metadata(namespace: Self.namespace))
            #expect(XMLElement.parse(first)?.stringValue == note)
            try await domain.setMetadata(
                node("note", text: "another").xmlString, prefix: "x", namespace: Self.namespace)
            let second = try #require(await domain.metadata(namespace: Self.namespace))
            #expect(XMLElement.parse(second)?.stringValue == "another")
        }
    }

    @Test func saysNothingOfADomainWithoutTheElement() async throws {
        try await withTestDriver { connection in
            let stranger = try #require(await connection.domain(named: "stranger"))
            #expect(try await stranger.metadata(namespace: Self.namespace) == nil)
        }
    }

    @Test func refusesADescriptionThatLibvirtsSchemaDoesNotAllow() async throws {
        try await withTestDriver { connection in
            let bad = Self.domain("bad").replacing("<os>", with: "<nonsense/><os>")
            await #expect(throws: LibvirtError.self) { try await connection.define(xml: bad, name: "bad") }
        }
    }

    @Test func refusesToReplaceADomainOfTheSameName() async throws {
        try await withTestDriver { connection in
            await #expect(throws: LibvirtError.self) {
                try await connection.define(xml: Self.domain("stranger"), name: "stranger")
            }
        }
    }

    @Test func listsNetworksAndTheirLeases() async throws {
        try await withTestDriver { connection async throws in
            #expect(try await connection.networkNames() == ["lan"])
            #expect(try await connection.leases(ofNetwork: "wan").isEmpty)
        }
    }

    @Test func makesListsAndDeletesVolumes() async throws {
        try await withTestDriver { connection in
            let pool = try #require(await connection.storagePool(named: "files"))
            #expect(try await connection.storagePool(named: "nowhere") == nil)
            #expect(try await pool.freeSpace() > 0)
            let xml = node(
                "volume",
                children: [node("name", text: "one"), node("capacity", ["unit": "bytes"], text: "4096")]
            ).xmlString
            let volume = try await pool.createVolume(xml: xml, name: "one")
            #expect(try await pool.volumeNames() == ["one"])
            #expect(try await volume.path() == "/files/one")
            await #expect(throws: LibvirtError.self) { try await pool.createVolume(xml: xml, name: "one") }
            try await volume.delete()
            try await volume.delete()
            #expect(try await pool.volume(named: "one") == nil)
        }
    }
}

/// Lends a hypervisor that runs nothing, with a domain `stranger`, a network `lan` and a pool `files`.
private func withTestDriver(_ body: (Connection) async throws -> Void) async throws {
    try await withScratchFolder(in: "/var/tmp", prefix: "if-test-driver") { folder in
        let file = folder.appending("node.xml")
        try file.write(
            """
            <node>
              <domain type='test'><name>stranger</name><memory>1024</memory><os><type>hvm</type></os></domain>
              <network><name>lan</name><bridge name='lan0'/></network>
              <pool type='dir'><name>files</name><target><path>/files</path></target></pool>
            </node>
            """.utf8)
        try await body(try await Connection.open("test://\(file)"))
    }
}
