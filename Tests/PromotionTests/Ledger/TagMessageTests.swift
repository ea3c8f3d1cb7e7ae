import Attestation
import Foundation
import HostSystem
import RandomTestSupport
import Testing

@testable import Promotion

@Suite struct TagMessageTests {
    @Test func putsTrailersIntoTheLastParagraph() throws {
        let message = try TagMessage(
            subject: "Put it there", body: "Because.\n\nReally.", trailers: [Trailer(.channel, "dev")])
        #expect("\(message)" == "Put it there\n\nBecause.\n\nReally.\n\nChannel: dev\n")
        #expect(try TagMessage("\(message)") == message)
    }

    @Test func leavesOthersTrailersAlone() throws {
        let message = try TagMessage("Do\n\nTicket: OPS-7\nTicket: OPS-8\nChannel: dev\n")
        #expect(message.trailers.count == 3)
        #expect(message[.channel] == "dev")
    }

    static let bad: [(String, TagMessageError)] = [
        ("Do\n\nChannel: dev\nChannel: prod\n", .repeated(.channel)),
        ("Do\n\nChannel: dev\nChannel: dev\n", .repeated(.channel)),
        ("Do\n\nChannel: prod\n\nChannel: dev\n", .repeated(.channel)),
        ("Do\n\nsee\nrelease-digest: x\n\nChannel: dev\n", .repeated(.release)),
        ("Do\n\nchannel: dev\n", .unknownKey("channel")), ("Do\n\nChannel: dev\nREASON: x\n", .unknownKey("REASON")),
        ("Do\n", .noTrailers), ("Do", .form), ("", .form), ("\n\nChannel: dev\n", .form),
        ("Do\n\nChannel: dev\n folded\n", .noTrailers), ("Do\n\nChannel:dev\n", .noTrailers),
        ("Do\n\nChannel:  dev\n", .noTrailers), ("Do\n\nChannel: dev \n", .noTrailers),
        ("Do\n\nChannel : dev\n", .noTrailers), ("Do\n\n\n\nChannel: dev\n", .form),
        ("Do\nit\n\nChannel: dev\n", .form), ("Do\n\nChannel: dev\n\n", .noTrailers),
        ("Do\n\nChannel: d\u{1B}ev\n", .form), ("Do\n\nChannel: \(String(repeating: "x", count: 600))\n", .noTrailers),
        ("Do\n\n\(String(repeating: "x", count: 17000))\n\nChannel: dev\n", .tooLong),
    ]

    @Test(arguments: bad.indices)
    func refusesASecondMeaning(index: Int) {
        let (text, error) = Self.bad[index]
        #expect(throws: error) { try TagMessage(text) }
    }

    @Test(arguments: ["two\nlines", "two\n\nChannel: prod", "\u{1B}[2J", "", " ", "x\r", "a\u{202E}b"])
    func writesNoReasonThatSaysMore(_ reason: String) throws {
        let name = TagName(series: "golden", version: "v1.0.0", claim: .revocation)
        let release = Self.release("v1.0.0", images: ["raw": .of("x")])
        #expect(throws: TagMessageError.self) {
            try TagMessage.revocation(name, of: release, reason: reason, previous: nil)
        }
    }

    /// What is written is read back as the same, for random facts of each kind of tag.
    @Test func readsBackWhatItWrites() throws {
        let seed = UInt64.random(in: .min ... .max)
        var random = SeededRandom(seed: seed)
        for _ in 0..<400 {
            let (text, expected) = try Self.randomTag(&random)
            let object = try TagObject(Array(text.utf8))
            let entry = try LedgerEntry(object, id: expected.tag.id, signer: "ada")
            #expect(entry == expected, "seed \(seed)")
        }
    }

    private static func release(_ version: String, images: [String: Digest]) -> ReleaseIdentity {
        ReleaseIdentity(
            template: "golden-centos9", version: version, release: .of(version), evidence: .of(version + "e"),
            images: images)
    }

    private static func randomTag(_ random: inout SeededRandom) throws -> (String, LedgerEntry) {
        let version = "v\(random.next() % 30).\(random.next() % 9).0\(Bool.random(using: &random) ? "-rc.1" : "")"
        let formats = ["qcow2", "vmdk", "vhd", "ova", "raw"].shuffled(using: &random)
            .prefix(1 + Int(random.next() % 5))
        let release = release(
            version, images: Dictionary(uniqueKeysWithValues: formats.map { ($0, Digest.of($0 + version)) }))
        let channel = Channel.allCases.randomElement(using: &random) ?? .dev
        let previous = Bool.random(using: &random) ? nil : ObjectID(Digest.of(version).hex)
        let reason = ["hotfix", "it: does not boot", "Größe – 100%", "#7"].randomElement(using: &random) ?? "x"
        let number = 1 + Int(random.next() % 20)
        let claims: [TagName.Claim] = [
            .request, .placement(channel, turn: number), .approval(channel, number: number), .revocation,
        ]
        let claim = claims.randomElement(using: &random) ?? .request
        let name = TagName(series: "a/golden", version: version, claim: claim)
        guard let id = ObjectID(Digest.of("id").hex), let commit = ObjectID(Digest.of("commit").hex) else {
            throw TagMessageError.form
        }
        let tag = LedgerTag(
            name: name, id: id, commit: commit, tagger: "Ada <ada@example.org>",
            date: .init(timeIntervalSince1970: 1_764_000_000), signer: "ada")
        let message: TagMessage
        let entry: LedgerEntry
        switch claim {
        case .request:
            message = try .request(name, template: "golden")
            entry = .request(BuildRequest(tag: tag, template: "golden"))
        case .placement:
            let undone =
                Bool.random(using: &random)
                ? TagName(series: "a/golden", version: "v9.9.9", claim: .placement(channel, turn: 2)) : nil
            let why = undone != nil || Bool.random(using: &random) ? reason : nil
            let summary = Bool.random(using: &random) ? Digest.of("summary") : nil
            message = try .placement(
                name, of: release, previous: previous, rollsBack: undone, reason: why, verification: summary)
            entry = .placement(
                Placement(
                    tag: tag, channel: channel, release: release, previous: previous, rollsBack: undone, reason: why,
                    verification: summary))
        case .approval:
            message = try .approval(name, of: release, previous: previous)
            entry = .approval(Approval(tag: tag, channel: channel, release: release, previous: previous))
        case .revocation:
            message = try .revocation(name, of: release, reason: reason, previous: previous)
            entry = .revocation(Revocation(tag: tag, release: release, reason: reason, previous: previous))
        }
        let head = "object \(commit)\ntype commit\ntag \(name)\ntagger \(tag.tagger) 1764000000 +0000\n\n"
        return (head + "\(message)", entry)
    }
}
