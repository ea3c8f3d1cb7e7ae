import Attestation
import DiskImages
import HostSystem
import SystemPackage
import Testing

@testable import Stages

struct ChecksumsTests {
    private let files = [
        "web-v1.2.0.qcow2": "an image", "manifest.json": "{}", "a file with blanks": "x", "empty": "",
        "SHA256SUMS.sig": "a signature", "logs/seal.log": "a log",
    ]

    @Test func areWhatSha256sumChecks() async throws {
        try await withRelease { folder in
            try await Checksums.write(in: folder, known: [])
            let output = try await Program.run(
                "sha256sum", ["-c", "--strict", "SHA256SUMS"], in: folder, deadline: .seconds(120))
            #expect(
                output.text == "a file with blanks: OK\nempty: OK\nmanifest.json: OK\nweb-v1.2.0.qcow2: OK")
        }
    }

    @Test func leaveOutThemselvesTheirSignatureAndTheLogs() async throws {
        try await withRelease { folder in
            try await Checksums.write(in: folder, known: [])
            let first = try folder.appending("SHA256SUMS").readText()
            try await Checksums.write(in: folder, known: [])
            #expect(try folder.appending("SHA256SUMS").readText() == first)
            #expect(!first.contains("SHA256SUMS"))
            #expect(!first.contains("log"))
        }
    }

    @Test func noticeAChangedFile() async throws {
        try await withRelease { folder in
            try await Checksums.write(in: folder, known: [])
            try folder.appending("web-v1.2.0.qcow2").write("an imagE".utf8)
            await #expect(throws: ProgramError.self) {
                try await Program.run(
                    "sha256sum", ["-c", "--strict", "--status", "SHA256SUMS"], in: folder, deadline: .seconds(120))
            }
        }
    }

    @Test func takeAKnownDigestForAFileOfItsSizeAlone() async throws {
        try await withRelease { folder in
            let known = { (size: Int64) in
                ImageFile(
                    format: .qcow2, file: "web-v1.2.0.qcow2", size: size, sha256: Digest.of("known"), virtualSize: 1)
            }
            try await Checksums.write(in: folder, known: [known(8)])
            let trusted = try folder.appending("SHA256SUMS").readText()
            #expect(trusted.contains("\(Digest.of("known").hex)  web-v1.2.0.qcow2\n"))
            try await Checksums.write(in: folder, known: [known(9)])
            let computed = try folder.appending("SHA256SUMS").readText()
            #expect(computed.contains("\(Digest.of("an image").hex)  web-v1.2.0.qcow2\n"))
        }
    }

    private func withRelease(_ body: (FilePath) async throws -> Void) async throws {
        try await TestProject.with { project in
            for (name, text) in files { try project.write(text, to: "release/\(name)") }
            try await body(project.root.appending("release"))
        }
    }
}
