import Attestation
import DiskImages
import Foundation
import HostSystem
import SystemPackage
import Testing

@testable import Pipeline
@testable import Stages

struct PublishReleaseTests {
    @Test func putsEverythingIntoTheReleasesFolder() async throws {
        try await withBench { bench in
            let release = try await bench.publish(version: "v1.2.0")
            #expect(release == bench.output.pushing("web/v1.2.0"))
            #expect(
                release.folderEntries == [
                    "SHA256SUMS", "logs", "manifest.json", "seal-report.json", "tests.junit.xml", "web-v1.2.0.ova",
                    "web-v1.2.0.qcow2", "web-v1.2.0.raw", "web-v1.2.0.vhd", "web-v1.2.0.vmdk",
                ])
            try await Program.run(
                "sha256sum", ["-c", "--strict", "--status", "SHA256SUMS"], in: release, deadline: .seconds(120))
            #expect(release.appending("logs").folderEntries == ["seal.log"])
            let bytes = try release.appending("manifest.json").readBytes()
            let manifest = try JSONDecoder().decode(ReleaseManifest.self, from: Data(bytes))
            #expect(manifest.version == "v1.2.0")
            #expect(manifest.images.map(\.format) == [.qcow2, .vmdk, .vhd, .ova, .raw])
            for image in manifest.images {
                #expect(image.file == "web-v1.2.0.\(image.format.rawValue)")
                #expect(image.sha256 == (try await Digest.of(file: release.appending(image.file))))
            }
            #expect(manifest.medium.name == "kldload 1.5.0 x86_64")
            #expect(manifest.medium.version == "1.5.0")
            #expect(manifest.keys == ["convert-image": Digest.of("images").hex])
            #expect(manifest.tools.keys.sorted() == ["converter", "libdeflate", "libzstd", "zlib"])
            #expect(bench.output.appending("web").folderEntries == ["v1.2.0"])
        }
    }

    @Test func makesAVersionFromTheImagesKey() async throws {
        try await withBench { bench in
            let release = try await bench.publish(version: nil)
            #expect(release.lastComponent?.string == "v0.0.0-\(Digest.of("images").short)")
        }
    }

    @Test func takesTheSameReleaseTwice() async throws {
        try await withBench { bench in
            let first = try await bench.publish(version: "v1.2.0")
            let sums = try first.appending("SHA256SUMS").readText()
            let mark = first.appending("mark")
            try mark.write("untouched".utf8)
            let second = try await bench.publish(version: "v1.2.0")
            #expect(second == first)
            #expect(mark.exists)
            #expect(try first.appending("SHA256SUMS").readText() == sums)
        }
    }

    @Test func publishesOnceWhereSeveralDoAtOnce() async throws {
        try await withBench { bench in
            let releases = try await withThrowingTaskGroup(of: FilePath.self) { group in
                for _ in 1...4 { group.addTask { try await bench.publish(version: "v1.2.0") } }
                return try await group.reduce(into: Set()) { $0.insert($1) }
            }
            #expect(releases == [bench.output.pushing("web/v1.2.0")])
            #expect(bench.output.appending("web").folderEntries == ["v1.2.0"])
        }
    }

    @Test func refusesOtherContentUnderATakenVersion() async throws {
        try await withBench { bench in
            var bench = bench
            let release = try await bench.publish(version: "v1.2.0")
            let before = try await Digest.of(file: release.appending("web-v1.2.0.qcow2"))
            try await bench.convert(pattern: 8)
            let error = await #expect(throws: ReleaseExistsError.self) { try await bench.publish(version: "v1.2.0") }
            #expect(error?.path == release)
            #expect(try await Digest.of(file: release.appending("web-v1.2.0.qcow2")) == before)
            #expect(bench.output.appending("web").folderEntries == ["v1.2.0"])
        }
    }

    @Test func leavesNothingOfAReleaseThatFailed() async throws {
        try await withBench { bench in
            try bench.images.appending("image.qcow2").remove()
            await #expect(throws: ProgramError.self) { try await bench.publish(version: "v1.2.0") }
            #expect(bench.output.appending("web").folderEntries == [])
        }
    }

    @Test func publishesWithoutEvidenceThatThePipelineDidNotMake() async throws {
        try await withBench { bench in
            var bench = bench
            try bench.disk.removingLastComponent().appending("seal-report.json").remove()
            bench.hasProof = false
            let release = try await bench.publish(version: "v1.2.0")
            #expect(
                release.folderEntries == [
                    "SHA256SUMS", "logs", "manifest.json", "web-v1.2.0.ova", "web-v1.2.0.qcow2", "web-v1.2.0.raw",
                    "web-v1.2.0.vhd", "web-v1.2.0.vmdk",
                ])
        }
    }

    /// What a report found out is evidence, and no part of what a release is.
    @Test func takesTheSameImagesWithOtherReportsForTheSameRelease() async throws {
        try await withBench { bench in
            var bench = bench
            let first = try await bench.publish(version: "v1.2.0")
            bench.proofKey = StageKey(Digest.of("other tests"))
            #expect(try await bench.publish(version: "v1.2.0") == first)
        }
    }

    @Test func copiesTheReleaseToEveryPlaceOnce() async throws {
        try await withBench { bench in
            var bench = bench
            let places = ["one", "two"].map { bench.output.removingLastComponent().appending("place-\($0)") }
            bench.places = ReleasePlaces(places.map { .folder($0) })
            let release = try await bench.publish(version: "v1.2.0")
            for place in places {
                let copy = place.pushing("web/v1.2.0")
                #expect(copy.folderEntries == release.folderEntries)
                #expect(place.appending("web").folderEntries == ["v1.2.0"])
                try await Program.run(
                    "sha256sum", ["-c", "--strict", "--status", "SHA256SUMS"], in: copy, deadline: .seconds(120))
                try copy.appending("mark").write("untouched".utf8)
            }
            _ = try await bench.publish(version: "v1.2.0")
            #expect(places.allSatisfy { $0.pushing("web/v1.2.0/mark").exists })
        }
    }

    @Test func saysThatAServerCanOnlyBeRead() async throws {
        try await withBench { bench in
            var bench = bench
            let place = bench.output.removingLastComponent().appending("place")
            bench.places = ReleasePlaces([.web(try WebFolder("https://images.example.org/x")), .folder(place)])
            _ = try await bench.publish(version: "v1.2.0")
            #expect(place.pushing("web/v1.2.0/manifest.json").exists)
        }
    }

    @Test func keepsTheReleaseThatAPlaceDoesNotTakeAndTriesAgain() async throws {
        try await withBench { bench in
            var bench = bench
            let root = bench.output.removingLastComponent()
            let (blocked, free) = (root.appending("blocked"), root.appending("free"))
            try blocked.write("a file".utf8)
            bench.places = ReleasePlaces([.folder(blocked), .folder(free)])
            let error = await #expect(throws: ReleaseCopyError.self) { try await bench.publish(version: "v1.2.0") }
            #expect(error?.failures.map(\.place) == [blocked])
            #expect(free.pushing("web/v1.2.0/manifest.json").exists)
            try blocked.remove()
            let release = try await bench.publish(version: "v1.2.0")
            #expect(blocked.pushing("web/v1.2.0").folderEntries == release.folderEntries)
        }
    }

    @Test func replacesNoOtherReleaseInAPlace() async throws {
        try await withBench { bench in
            var bench = bench
            let place = bench.output.removingLastComponent().appending("place")
            let other = place.pushing("web/v1.2.0/manifest.json")
            try other.removingLastComponent().createFolder()
            try other.write("{}".utf8)
            bench.places = ReleasePlaces([.folder(place)])
            await #expect(throws: ReleaseCopyError.self) { try await bench.publish(version: "v1.2.0") }
            #expect(try other.readText() == "{}")
        }
    }

    private func withBench(_ body: (ReleaseBench) async throws -> Void) async throws {
        try await TestProject.with { project in
            let bench = try await ReleaseBench(project)
            try await body(bench)
        }
    }
}
