import Attestation
import Foundation
import HostSystem
import PromotionTestSupport
import RandomTestSupport
import Testing

@testable import Promotion

/// Random changes of good tag objects.
@Suite(.timeLimit(.minutes(3)))
struct MutationTests {
    private func goodTag(_ ledger: LedgerFixture) async throws -> [UInt8] {
        let name = try #require(TagName("golden/v1.2.0-prod.2"))
        let message = try TagMessage.placement(
            name, of: ledger.release("v1.2.0"), previous: ObjectID(String(repeating: "b", count: 40)),
            rollsBack: TagName("golden/v1.3.0-prod"), reason: "it does not boot")
        let text = Array(ledger.tagText("\(name)", "\(message)").utf8)
        return try await text + ledger.signature(over: text, by: "ada")
    }

    @Test func neverCrashesTheReader() async throws {
        try await LedgerFixture.with(signed: false) { ledger in
            let good = try await goodTag(ledger)
            let id = try #require(ObjectID(String(repeating: "c", count: 40)))
            let seed = UInt64.random(in: .min ... .max)
            var random = SeededRandom(seed: seed)
            var taken = 0
            for _ in 0..<4000 {
                let bytes = random.mutating(good)
                guard let object = try? TagObject(bytes) else { continue }
                // What is read is all that there is: nothing is passed over.
                var whole = object.signedBytes
                if case .ssh(let armor) = object.signature { whole += armor }
                #expect(object.signature.map { if case .ssh = $0 { false } else { true } } == true || whole == bytes)
                guard let entry = try? LedgerEntry(object, id: id, signer: nil) else { continue }
                taken += 1
                #expect("\(entry.tag.name)" == object.name, "seed \(seed)")
                // A request by git alone may have any text.
                guard entry.template != nil else { continue }
                #expect(try TagMessage(object.message).description == object.message, "seed \(seed)")
            }
            #expect(taken > 20, "seed \(seed)")
        }
    }

    @Test func neverTakesAChangedTagForGood() async throws {
        try await LedgerFixture.with { ledger in
            let good = try await goodTag(ledger)
            let signers = try await SignerFiles.read(from: ledger.repository)
            let seed = UInt64.random(in: .min ... .max)
            var random = SeededRandom(seed: seed)
            var intake = TagIntake(now: LedgerFixture.now)
            var bytesOf: [ObjectID: [UInt8]] = [:]
            for number in 0..<1200 {
                let bytes = number == 0 ? good : random.mutating(good)
                let id = try #require(ObjectID(Digest.of("\(number)").hex))
                bytesOf[id] = bytes
                let name = (try? TagObject(bytes).name) ?? "golden/v1.2.0-prod.2"
                let header = ObjectReader.Header(id: id, type: "tag", size: bytes.count)
                intake.take(Ref(name: "refs/tags/\(name)", header: header), content: bytes)
            }
            var problems: [LedgerProblem] = []
            let desk = SignatureDesk(signers: signers, memory: nil, isComplete: false)
            let entries = try await desk.signed(intake.candidates, problems: &problems)
            #expect(entries.contains { bytesOf[$0.tag.id] == good })
            for entry in entries where bytesOf[entry.tag.id] != good {
                Issue.record("\(String(decoding: bytesOf[entry.tag.id] ?? [], as: UTF8.self)) seed \(seed)")
            }
            #expect(problems.count > 10, "seed \(seed)")
        }
    }
}
