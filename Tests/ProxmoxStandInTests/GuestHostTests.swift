import HostSystem
import ProxmoxStandIn
import SystemPackage
import Testing

@Suite(.timeLimit(.minutes(5))) struct GuestHostTests {
    /// A guest whose agent tells what its disk holds.
    private struct DiskReader: GuestHost, GuestSession {
        var content = ""

        func boot(_ machine: MachineState, disk: FilePath) async throws -> any GuestSession {
            DiskReader(content: "\(machine.name): \(Digest.of(try disk.readBytes()))")
        }

        func isAgentReady() async -> Bool { true }
        func interfaces() async throws -> JSON { [["name": "ens18"]] }
        func stop() async {}

        func run(_ command: [String]) async throws -> GuestModel.CommandResult {
            GuestModel.CommandResult(output: content)
        }
    }

    @Test func bootsACloneFromTheUploadedImage() async throws {
        try await withScratchFolder(in: "/tmp", prefix: "uploads") { folder in
            var model = ClusterModel.usual()
            model.keptUploads = folder
            model.guest.host = DiskReader()
            try await Curl.with(model) { curl, server in
                try await TemplateStory(curl: curl).runClone()
                let agent = "/nodes/pve1/qemu/101/agent"
                let pid = try await curl("POST", "\(agent)/exec", ["command": "true"]).data["pid"]?.text
                let status = try await curl("GET", "\(agent)/exec-status", ["pid": pid ?? ""]).data
                #expect(status["out-data"] == .string("web-1: \(Digest.of(Upload.image))"))
                let interfaces = try await curl("GET", "\(agent)/network-get-interfaces").data["result"]
                #expect(interfaces == [["name": "ens18"]])
                #expect(server.violations.isEmpty)
            }
        }
    }
}
