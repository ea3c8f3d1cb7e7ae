import HostSystem
import SystemPackage
import Testing

@testable import Stages

struct DiskClaimTests {
    @Test func takesADiskThatNobodyUses() async throws {
        try await TestProject.with { project in
            let disk = try await project.disk()
            let claim = try DiskClaim(of: disk)
            _ = consume claim
            let next = try DiskClaim(of: disk)
            _ = consume next
        }
    }

    @Test func refusesADiskThatQEMUHasOpen() async throws {
        try await TestProject.with { project in
            let disk = try await project.disk()
            let socket = project.root.appending("nbd")
            let pid = project.root.appending("pid")
            try await Program.run(
                "qemu-nbd", ["--fork", "--pid-file", pid.string, "-f", "qcow2", "-k", socket.string, disk.string],
                deadline: .seconds(60))
            #expect(throws: DiskInUseError.self) { _ = try DiskClaim(of: disk) }
            let number = try pid.readText().filter(\.isNumber)
            try await Program.run(
                "sh", ["-c", "kill \(number); while kill -0 \(number) 2>/dev/null; do sleep 0.1; done"],
                deadline: .seconds(60))
            _ = try DiskClaim(of: disk)
        }
    }

    @Test func keepsQEMUAway() async throws {
        try await TestProject.with { project in
            let disk = try await project.disk()
            let claim = try DiskClaim(of: disk)
            await #expect(throws: ProgramError.self) {
                try await Program.run(
                    "qemu-io", ["-f", "qcow2", "-c", "read 0 512", disk.string], deadline: .seconds(60))
            }
            _ = consume claim
            try await Program.run("qemu-io", ["-f", "qcow2", "-c", "read 0 512", disk.string], deadline: .seconds(60))
        }
    }

    @Test(arguments: ["/dev/null", "/tmp"])
    func refusesWhatIsNoFile(path: String) {
        #expect(throws: SealedDiskError.self) { _ = try DiskClaim(of: FilePath(path)) }
    }
}
