import HostSystem
import Promotion
import SystemPackage
import Testing

@testable import ContinuousIntegration

struct CheckoutTests {
    @Test func takesATagByItsObjectAndByItsCommit() async throws {
        try await SampleRepository.with { sample in
            let tag = try await sample.tag("golden/v1.2.0")
            for commit in [tag, sample.commit, nil] {
                #expect(try await verify(sample, commit) == sample.commit)
            }
        }
    }

    @Test func refusesAnotherTagThanTheEvents() async throws {
        try await SampleRepository.with { sample in
            let tag = try await sample.tag("golden/v1.2.0")
            await #expect(
                throws: CIRefusal.otherTag(build(nil).request, here: tag, event: sample.previous)
            ) { try await verify(sample, sample.previous) }
        }
    }

    @Test func refusesATagThatIsNotCheckedOut() async throws {
        try await SampleRepository.with { sample in
            let tag = try await sample.tag("golden/v1.2.0", at: sample.previous.hex)
            await #expect(
                throws: CIRefusal.otherCommit(build(tag), head: sample.commit, wanted: sample.previous)
            ) { try await verify(sample, tag) }
        }
    }

    @Test func refusesALightweightTag() async throws {
        try await SampleRepository.with { sample in
            try await sample.git("tag", "golden/v1.2.0")
            await #expect(throws: CIRefusal.lightweightTag(build(nil).request)) {
                try await verify(sample, sample.commit)
            }
        }
    }

    @Test func refusesATagObjectUnderAnotherName() async throws {
        try await SampleRepository.with { sample in
            let other = try await sample.tag("golden/v1.1.0")
            try await sample.git("update-ref", "refs/tags/golden/v1.2.0", other.hex)
            await #expect(throws: CIRefusal.renamedTag(build(nil).request, own: "golden/v1.1.0")) {
                try await verify(sample, other)
            }
        }
    }

    @Test func refusesATagThatIsNotThere() async throws {
        try await SampleRepository.with { sample in
            await #expect(throws: CIRefusal.tagIsMissing(build(nil).request)) {
                try await verify(sample, sample.commit)
            }
        }
    }

    @Test func refusesFilesThatNobodyCommitted() async throws {
        try await SampleRepository.with { sample in
            try await sample.tag("golden/v1.2.0")
            try sample.folder.appending("output").write("what git does not know changes nothing\n".utf8)
            _ = try await verify(sample, sample.commit)
            try sample.folder.appending("notes").write("changed\n".utf8)
            await #expect(throws: CIRefusal.changedFiles(["notes"])) { try await verify(sample, sample.commit) }
        }
    }

    @Test func needsNoTagForADispatchButTheCommit() async throws {
        try await SampleRepository.with { sample in
            #expect(try await verify(sample, sample.commit, isDispatched: true) == sample.commit)
            await #expect(throws: CIRefusal.self) { try await verify(sample, sample.previous, isDispatched: true) }
            try await sample.tag("golden/v1.2.0", at: sample.previous.hex)
            await #expect(throws: CIRefusal.self) { try await verify(sample, sample.commit, isDispatched: true) }
        }
    }

    private func verify(
        _ sample: SampleRepository, _ commit: ObjectID?, isDispatched: Bool = false
    ) async throws -> ObjectID {
        try await Checkout(Repository(folder: sample.folder)).verify(build(commit, isDispatched: isDispatched))
    }

    private func build(_ commit: ObjectID?, isDispatched: Bool = false) -> CIBuild {
        CIBuild(
            template: "golden-debian13", request: TagName(series: "golden", version: "v1.2.0", claim: .request),
            commit: commit, isDispatched: isDispatched)
    }
}
