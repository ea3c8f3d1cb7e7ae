import SystemPackage
import Testing

@testable import ProxmoxStandIn

@Suite(.timeLimit(.minutes(5))) struct SchemaCheckTests {
    private static let schema = SchemaNode([
        "type": "array",
        "items": [
            "type": "object", "additionalProperties": 0,
            "properties": [
                "vmid": ["type": "integer", "minimum": 100], "template": ["type": "boolean", "optional": 1],
                "status": ["type": "string", "enum": ["running", "stopped"]],
            ],
        ],
    ])

    @Test(
        arguments: [
            ([["vmid": 100, "status": "running"]], nil),
            ([["vmid": 100, "status": "running", "template": 1]], nil),
            ([["vmid": "100", "status": "running"]], "[0].vmid: type check ('integer') failed - got '100'"),
            (
                [["vmid": 100, "status": "running", "template": .boolean(true)]],
                "[0].template: type check ('boolean') failed - got '1'"
            ),
            ([["vmid": 100]], "[0].status: property is missing and it is not optional"),
            ([["vmid": 99, "status": "running"]], "[0].vmid: value must have a minimum value of 100"),
            (
                [["vmid": 100, "status": "paused"]],
                "[0].status: value 'paused' does not have a value in the enumeration 'running, stopped'"
            ),
            (
                [["vmid": 100, "status": "running", "x": 1]],
                "[0].x: property is not defined in schema and the schema does not allow additional properties"
            ),
            (["data": []], "type check ('array') failed"),
        ] as [(JSON, String?)])
    func noticesAReplyThatBreaksTheSchema(reply: JSON, complaint: String?) {
        #expect(
            SchemaCheck.problems(withReply: reply, Self.schema).map(\.description) == (complaint.map { [$0] } ?? []))
    }

    @Test func readsTheVendorsFile() throws {
        let schema = try VendorSchema.shared()
        let found = try #require(schema.methods(ofPath: "/nodes/pve1/storage/local/content/local:import/a.qcow2"))
        #expect(found.names == ["node": "pve1", "storage": "local", "volume": "local:import/a.qcow2"])
        #expect(found.methods["DELETE"]?.name == "DELETE /nodes/{node}/storage/{storage}/content/{volume}")
        #expect(schema.methods(ofPath: "/nodes/pve1/nothing") == nil)
    }

    @Test func saysWhichFileIsMissing() {
        #expect {
            try VendorSchema(file: "/nonexistent/schema.json")
        } throws: { error in
            "\(error)".contains("/nonexistent/schema.json") && "\(error)".contains("PROXMOX_API_SCHEMA")
        }
    }

    /// Whatever the server can do is something that the vendor's schema has, or is listed as an exception.
    @Test func servesOnlyWhatTheVendorHas() throws {
        let schema = try VendorSchema.shared()
        for name in Cluster.handlers.keys {
            let parts = name.split(separator: " ").map(String.init)
            #expect(schema.methods(ofPath: parts[1])?.methods[parts[0]]?.name == name)
        }
    }
}
