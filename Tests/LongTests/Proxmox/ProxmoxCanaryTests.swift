import Foundation
import HostSystem
import ProxmoxStandIn
import SystemPackage
import Testing
import VirtualMachineTestSupport

extension LongTests {
    /// The canary of a template is a real guest, booted from the very bytes that were uploaded.
    @Suite(.timeLimit(.minutes(60)))
    struct ProxmoxCanaryTests {
        @Test func aTemplateCountsOnlyWhenItsCloneReallyBootsAndIsWell() async throws {
            let lab = try #require(Lab.current)
            var template = LabTemplate(name: "web")
            template.pipeline = "quick"
            let project = try lab.project(["web": template.text])
            let built = try await lab.turn {
                try await project.factory("build", "web", "--version", "v0.1.0").run()
            }
            try #require(built.status == 0, "\(built.talk)")
            try await withScratchFolder(in: lab.folder, prefix: "uploads") { uploads in
                _ = chmod(uploads.string, 0o755)
                try await LabGuestHost.with(in: lab) { host in
                    var model = ClusterModel.usual()
                    model.keptUploads = uploads
                    model.guest.host = host
                    try await ProxmoxStandIn.with(model) { server in
                        let good = try await deploy(project, to: server, check: "grep -q debian /etc/os-release")
                        #expect(good.status == 0, "\(good.talk)")
                        let bad = try await deploy(project, to: server, "--cores", "1", check: "test -e /etc/nowhere")
                        #expect(bad.status == 1, "\(bad.talk)")
                        #expect(bad.talk.contains("'test -e /etc/nowhere' ended with 1"), "\(bad.talk)")
                        #expect(await server.machines().map(\.name) == ["web"])
                        #expect(server.violations == [])
                        print("booted and judged in \(good.duration)")
                    }
                }
            }
        }

        private func deploy(
            _ project: Project, to server: ProxmoxStandIn, _ more: String..., check: String
        ) async throws -> FactoryProcess.Ending {
            var process = project.factory(
                "deploy", "proxmox", project.output.appending("web/v0.1.0").string, "--unsigned", "--endpoint",
                server.endpoint, "--ca-file", server.caFile.string, "--storage", "local-lvm", "--import-storage",
                "local",
                "--check", check)
            process.arguments += more
            process.environment["PROXMOX_TOKEN"] = "\(server.account.tokenID)=\(server.account.secret.reveal())"
            return try await process.run(deadline: .seconds(20 * 60))
        }
    }
}
