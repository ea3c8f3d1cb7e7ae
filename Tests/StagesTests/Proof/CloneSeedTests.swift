import Foundation
import HostSystem
import SystemPackage
import Testing

@testable import Stages

struct CloneSeedTests {
    @Test func isAVolumeThatCloudInitKnows() async throws {
        try await withScratchFolder(in: "/tmp", prefix: "seed") { folder in
            let trial = SeedTrial()
            let image = folder.appending("seed.img")
            try await CloneSeed(enablesAgent: true, trial: trial).make(image)
            let label = try await Program.run("mlabel", ["-s", "-i", image.string, "::"], deadline: .seconds(20)).text
            #expect(label.uppercased().contains("CIDATA"))
            let metaData = try await read("meta-data", of: image)
            #expect(metaData == "instance-id: \(trial.hostName)\nlocal-hostname: \(trial.hostName)\n")
            let userData = try await read("user-data", of: image)
            #expect(userData.hasPrefix("#cloud-config\nbootcmd:\n"))
            #expect(userData.hasSuffix(trial.userData))
        }
    }

    @Test func namesAUserAndAKeyThatNoImageKnows() async throws {
        let (one, two) = (SeedTrial(), SeedTrial())
        #expect(one.hostName != two.hostName && one.user != two.user && one.key != two.key)
        #expect(one.userData.contains("hostname: \(one.hostName)\n"))
        try await withScratchFolder(in: "/tmp", prefix: "seed") { folder in
            let file = folder.appending("key.pub")
            try file.write("\(one.key)\n".utf8)
            let shown = try await Program.run("ssh-keygen", ["-l", "-f", file.string], deadline: .seconds(20)).text
            #expect(shown.hasPrefix("256 SHA256:") && shown.hasSuffix("(ED25519)"))
        }
    }

    private func read(_ name: String, of image: FilePath) async throws -> String {
        let output = try await Program.run("mtype", ["-i", image.string, "::\(name)"], deadline: .seconds(20))
        return String(decoding: output.standardOutput, as: UTF8.self)
    }
}
