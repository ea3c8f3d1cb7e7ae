import ProxmoxStandIn
import Testing

/// Each line breaks one rule of the vendor's schema, and nothing else.
struct BrokenRequest: Sendable, CustomTestStringConvertible {
    let rule: String
    let verb: String
    let path: String
    let parameters: [String: String]
    let kind: Violation.Kind
    let message: String

    init(
        _ rule: String, _ verb: String, _ path: String, _ parameters: [String: String] = [:],
        kind: Violation.Kind = .parameters, says message: String
    ) {
        (self.rule, self.verb, self.path, self.parameters) = (rule, verb, path, parameters)
        (self.kind, self.message) = (kind, message)
    }

    var testDescription: String { rule }
}

@Suite(.timeLimit(.minutes(5))) struct SchemaTests {
    private static let machine = "/nodes/pve1/qemu"

    static let broken = [
        BrokenRequest(
            "an unknown parameter", "GET", "/cluster/nextid", ["id": "100"], says: "id: property is not defined"),
        BrokenRequest("a missing parameter", "POST", machine, ["name": "a"], says: "vmid: property is missing"),
        BrokenRequest("no number", "POST", machine, ["vmid": "one"], says: "type check ('integer') failed"),
        BrokenRequest("a number too small", "POST", machine, ["vmid": "99"], says: "must have a minimum value of 100"),
        BrokenRequest(
            "a number too large", "POST", machine, ["vmid": "1000000000"],
            says: "must have a maximum value of 999999999"),
        BrokenRequest(
            "no truth value", "POST", machine, ["vmid": "100", "onboot": "maybe"], says: "type check ('boolean') failed"
        ),
        BrokenRequest(
            "a word that is none of the list", "POST", machine, ["vmid": "100", "bios": "uefi"],
            says: "does not have a value in the enumeration"),
        BrokenRequest(
            "a pattern", "POST", machine, ["vmid": "100", "serial0": "tcp"], says: "does not match the regex pattern"),
        BrokenRequest(
            "a text too long", "POST", machine, ["vmid": "100", "description": String(repeating: "x", count: 8193)],
            says: "may only be 8192 characters long"),
        BrokenRequest(
            "a tag with a colon", "POST", machine, ["vmid": "100", "tags": "sha256:00"],
            says: "invalid characters in tag"),
        BrokenRequest(
            "a name with an underscore", "POST", machine, ["vmid": "100", "name": "a_b"], says: "valid DNS name"),
        BrokenRequest(
            "keys that are encoded once too little", "POST", machine, ["vmid": "100", "sshkeys": "ssh-ed25519 AAA"],
            says: "invalid urlencoded string"),
        BrokenRequest(
            "an unknown key in a property string", "POST", machine, ["vmid": "100", "scsi0": "local-lvm:8,colour=red"],
            says: "unknown key: colour"),
        BrokenRequest(
            "a wrong value in a property string", "POST", machine, ["vmid": "100", "scsi0": "local-lvm:8,discard=yes"],
            says: "scsi0: invalid format - format error\ndiscard: value 'yes' does not have a value in the enumeration"),
        BrokenRequest(
            "a parameter without the one it needs", "POST", machine, ["vmid": "100", "force": "1"],
            says: "archive: missing property - 'force' requires this property"),
        BrokenRequest("an unknown path", "GET", "/nodes/pve1/templates", kind: .method, says: "not implemented"),
        BrokenRequest(
            "a method that the path does not have", "PUT", "/cluster/nextid", kind: .method, says: "not implemented"),
        BrokenRequest(
            "a double slash", "GET", "/nodes//pve1/status", kind: .method, says: "not implemented"),
    ]

    @Test(arguments: broken) func noticesARequestThatBreaksTheSchema(_ request: BrokenRequest) async throws {
        try await Curl.with { curl, server in
            var options: [String] = []
            for (name, value) in request.parameters { options += ["--data-urlencode", "\(name)=\(value)"] }
            let reply = try await curl(request.verb, request.path, options: options)
            #expect((400...501).contains(reply.status))
            #expect(server.violations.map(\.kind) == [request.kind])
            #expect(server.violations.first?.message.contains(request.message) == true)
            #expect(server.requests.map(\.status) == [reply.status])
        }
    }

    @Test func tellsAClientWhichParameterIsWrong() async throws {
        try await Curl.with { curl, _ in
            let reply = try await curl("POST", "/nodes/pve1/qemu", ["vmid": "7"])
            #expect(reply.status == 400)
            #expect(reply.message == "Parameter verification failed.\n")
            #expect(reply.errors["vmid"] == "value must have a minimum value of 100")
        }
    }

    @Test func takesABodyInJSON() async throws {
        try await Curl.with { curl, server in
            let reply = try await curl(
                "POST", "/nodes/pve1/qemu",
                options: ["--header", "Content-Type: application/json", "--data", #"{"vmid": 100, "onboot": true}"#])
            #expect(try await curl.wait(for: reply.task) == "OK")
            #expect(server.violations.isEmpty)
        }
    }
}
