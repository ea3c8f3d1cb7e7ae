import Foundation
import HostSystem
import Promotion
import SystemPackage
import Testing

@testable import ContinuousIntegration

/// The server's `update` hook, by pushes of a real git to a bare repository.
@Suite(.timeLimit(.minutes(5)))
struct UpdateHookTests {
    @Test func letsGoodTagsThrough() async throws {
        try await SampleServer.with { server in
            try await server.allow("ada")
            try await server.push(tag: "golden/v1.2.0", signedBy: "ada")
            let dev = try await server.push(tag: "golden/v1.2.0-dev", signedBy: "ada", trailers: ["Previous: none"])
            try await server.push("\(dev):refs/imagefactory/golden/dev")
            try await server.push(tag: "golden/v1.2.0-prod-approved.1", signedBy: "ada", trailers: ["Previous: none"])
            // What belongs to no series is nobody's business here.
            try await server.sample.git("tag", "nightly")
            try await server.push("refs/tags/nightly")
            try await server.push("main")
        }
    }

    @Test func refusesAMovedTag() async throws {
        try await SampleServer.with { server in
            try await server.push(tag: "golden/v1.2.0", signedBy: nil)
            try await server.sample.git(
                "tag", "--force", "--annotate", "--message", "again", "golden/v1.2.0", server.sample.previous.hex)
            try await server.expectRefused("a tag of a series never moves", "--force", "refs/tags/golden/v1.2.0")
        }
    }

    @Test func refusesToDeleteATag() async throws {
        try await SampleServer.with { server in
            try await server.push(tag: "golden/v1.2.0", signedBy: nil)
            try await server.expectRefused("a tag of a series is never deleted", ":refs/tags/golden/v1.2.0")
            try await server.sample.git("tag", "nightly")
            try await server.push("refs/tags/nightly")
            try await server.push(":refs/tags/nightly")
        }
    }

    @Test func refusesALightweightTag() async throws {
        try await SampleServer.with { server in
            try await server.sample.git("tag", "golden/v1.2.0")
            try await server.expectRefused("has an object of its own", "refs/tags/golden/v1.2.0")
        }
    }

    @Test func refusesATagObjectUnderAnotherName() async throws {
        try await SampleServer.with { server in
            try await server.allow("ada")
            let staging = try await server.push(
                tag: "golden/v1.2.0-staging", signedBy: "ada", trailers: ["Previous: none"])
            try await server.expectRefused(
                "was made under another name", "\(staging):refs/tags/golden/v1.2.0-prod")
        }
    }

    @Test func refusesATagOfATag() async throws {
        try await SampleServer.with { server in
            try await server.push(tag: "golden/v1.2.0", signedBy: nil)
            try await server.sample.git("tag", "--annotate", "--message", "x", "golden/v1.3.0", "golden/v1.2.0")
            try await server.expectRefused("must point to a commit", "refs/tags/golden/v1.3.0")
        }
    }

    @Test func wantsPromotionsSigned() async throws {
        try await SampleServer.with { server in
            for name in [
                "v1.2.0-prod", "v1.2.0-staging.2", "v1.2.0-prod-approved.1", "v1.2.0-revoked", "v1.2.0-rc.1-prod",
            ] {
                try await server.makeTag("golden/\(name)", signedBy: nil)
                try await server.expectRefused("nobody may sign here", "refs/tags/golden/\(name)")
            }
            // Where nobody signs, builds can be asked for all the same.
            try await server.push(tag: "golden/v1.2.0", signedBy: nil)
            try await server.push(tag: "golden/v1.2.0-dev", signedBy: nil)
            try await server.allow("ada")
            for name in ["v1.2.0-prod", "v1.2.0-staging.2", "v1.2.0-prod-approved.1", "v1.2.0-revoked", "v1.3.0"] {
                try await server.makeTag("golden/\(name)", signedBy: nil)
                try await server.expectRefused("it is not signed", "refs/tags/golden/\(name)")
            }
        }
    }

    @Test func refusesAnUnknownAndARevokedSigner() async throws {
        try await SampleServer.with { server in
            try await server.allow("ada")
            try await server.makeTag("golden/v1.2.0-prod", signedBy: "mallory")
            try await server.expectRefused("its signature does not count", "refs/tags/golden/v1.2.0-prod")
            // A file of another branch, or of the pusher's commit, allows nobody.
            try await server.revoke("ada")
            try await server.makeTag("golden/v1.2.0-staging", signedBy: "ada")
            try await server.expectRefused("its signature does not count", "refs/tags/golden/v1.2.0-staging")
        }
    }

    @Test func refusesATagThatIsNotOfToday() async throws {
        try await SampleServer.with { server in
            try await server.allow("ada")
            let now = Int(Date().timeIntervalSince1970)
            try await server.makeTag("golden/v1.2.0-prod", signedBy: "ada", at: now - 90_000)
            try await server.expectRefused("is older than 86400 s", "refs/tags/golden/v1.2.0-prod")
            try await server.makeTag("golden/v1.2.0-staging", signedBy: "ada", at: now + 3600)
            try await server.expectRefused("in the future", "refs/tags/golden/v1.2.0-staging")
            try await server.setting("imagefactory.oldestTag", "100000")
            try await server.push("refs/tags/golden/v1.2.0-prod")
        }
    }

    @Test func movesALockOnlyAlongItsChain() async throws {
        try await SampleServer.with { server in
            try await server.allow("ada")
            let first = try await server.makeTag(
                "golden/v1.0.0-prod", signedBy: "ada", trailers: ["Previous: none"])
            let second = try await server.makeTag(
                "golden/v1.1.0-prod", signedBy: "ada", trailers: ["Previous: \(first)"])
            let third = try await server.makeTag(
                "golden/v1.2.0-prod", signedBy: "ada", trailers: ["Previous: \(second)"])
            let fork = try await server.makeTag(
                "golden/v1.3.0-prod", signedBy: "ada", trailers: ["Previous: \(first)"])
            let unsigned = try await server.makeTag(
                "golden/v1.4.0-prod", signedBy: nil, trailers: ["Previous: \(third)"])
            let lock = "refs/imagefactory/golden/prod"
            try await server.expectRefused("has an object of its own", "main:\(lock)")
            try await server.expectRefused("does not follow", "\(second):\(lock)")
            try await server.push("refs/tags/golden/v1.0.0-prod", "\(first):\(lock)")
            // Two steps at once, as a cascade of revocations makes them.
            try await server.push(
                "--force", "refs/tags/golden/v1.1.0-prod", "refs/tags/golden/v1.2.0-prod", "\(third):\(lock)")
            try await server.expectRefused("does not follow", "--force", "\(fork):\(lock)")
            try await server.expectRefused("does not follow", "--force", "\(first):\(lock)")
            try await server.expectRefused("it is not signed", "--force", "\(unsigned):\(lock)")
            try await server.expectRefused("is never deleted", ":\(lock)")
            try await server.expectRefused("does not belong there", "\(first):refs/imagefactory/golden/dev")
            try await server.expectRefused("does not belong there", "\(first):refs/imagefactory/other/prod")
            try await server.expectRefused("locks are", "\(first):refs/imagefactory/golden/qa")
            #expect(try await server.ref(lock) == third)
        }
    }

    @Test func takesPushesAsPromotionMakesThem() async throws {
        try await SampleServer.with { server in
            try await server.allow("ada")
            let tag = try await server.makeTag("golden/v1.0.0-dev", signedBy: "ada", trailers: ["Previous: none"])
            try await server.push(
                "--atomic", "refs/tags/golden/v1.0.0-dev", "\(tag):refs/imagefactory/golden/dev")
            // Of an atomic push with one bad ref, nothing comes in.
            let next = try await server.makeTag(
                "golden/v1.1.0-dev", signedBy: "ada", trailers: ["Previous: none"])
            try await server.expectRefused(
                "does not follow", "--atomic", "--force", "refs/tags/golden/v1.1.0-dev",
                "\(next):refs/imagefactory/golden/dev")
            #expect(try await server.ref("refs/tags/golden/v1.1.0-dev") == nil)
        }
    }
}
