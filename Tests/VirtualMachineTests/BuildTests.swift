import Foundation
import HostSystem
import SystemPackage
import Testing
import VirtualMachineTestSupport

extension VirtualMachineTests {
    /// The whole way, as the README shows it.
    struct BuildTests {
        @Test func goesFromTheISOToASealedAndProvenRelease() async throws {
            let lab = try #require(Lab.current)
            let project = try lab.project(["lab-debian13": try lab.shippedTemplate("lab-debian13")])
            let ending = try await lab.turn {
                try await project.factory("build", "lab-debian13", "--version", "v1.0.0").run()
            }
            try #require(ending.status == 0, "\(ending.talk)")

            let release = project.output.appending("lab-debian13/v1.0.0")
            #expect(ending.output == "\(release)\n")
            #expect(
                release.folderEntries == [
                    "SHA256SUMS", "lab-debian13-v1.0.0.qcow2", "logs", "manifest.json", "seal-report.json",
                    "tests.junit.xml",
                ])
            try await Program.run(
                "sha256sum", ["--check", "--strict", "SHA256SUMS"], in: release, deadline: .seconds(60))
            try await Program.run(
                "qemu-img", ["check", release.appending("lab-debian13-v1.0.0.qcow2").string], deadline: .seconds(60))
            #expect(try project.leftovers() == [])

            let again = try await project.factory("build", "lab-debian13", "--version", "v1.0.0").run()
            #expect(again.status == 0)
            #expect(again.duration < .seconds(6), "a rebuild without a change is promised within 2 s")
            #expect(again.talk.contains("install-system: not needed") || again.talk.contains("install-system: stored"))

            #expect(try longestRelease(in: release) < 3, "from libvirt's word of a machine's end to the next step: 1 s")

            let image = release.appending("lab-debian13-v1.0.0.qcow2")
            try await lab.turn { try await PublishedImage(image).expectBoots(in: lab) }
            try await SealedDisk(image).expectSealed(lab: lab)
        }

        @Test func buildsATemplateForTheFullMediumFromTheLabISO() async throws {
            let lab = try #require(Lab.current)
            let project = try lab.project(["golden-debian13": try lab.shippedTemplate("golden-debian13")])
            let iso = try await lab.iso()
            let ending = try await lab.turn {
                try await project.factory("build", "golden-debian13", "--iso", iso.string).run()
            }
            try #require(ending.status == 0, "\(ending.talk)")
            let release = try #require(project.releases(of: "golden-debian13").first)
            #expect(ending.output == "\(release)\n")
            let tests = try release.appending("tests.junit.xml").readText()
            #expect(tests.contains("tests=\"4\"") && tests.contains("failures=\"0\""), "\(tests)")
            for name in ["no failed units", "the guest agent runs", "cloud-init is there"] {
                #expect(tests.contains("name=\"\(name)\""))
            }
            #expect(try project.leftovers() == [])
        }
    }
}

/// The seconds from libvirt's word of a machine's end to the moment when the factory let go of it, at the most.
private func longestRelease(in release: FilePath) throws -> Double {
    struct Use: Decodable {
        let release: Double
    }
    let lines = try release.appending("logs/machines.jsonl").readText().split(separator: "\n")
    return try #require(try lines.map { try JSONDecoder().decode(Use.self, from: Data($0.utf8)).release }.max())
}
