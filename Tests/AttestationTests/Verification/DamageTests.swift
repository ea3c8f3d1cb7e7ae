import Attestation
import AttestationTestSupport
import HostSystem
import RandomTestSupport
import Testing

/// Releases that are damaged at random; the same cases in each run, so that a failure can be looked at.
struct DamageTests {
    @Test func refusesEveryBitFlippedAndEveryByteLost() async throws {
        try await ReleaseFixture.with { release in
            var random = SeededRandom(seed: 0x5EED)
            let names = release.folder.folderEntries.filter { $0 != "logs" }
            for number in 0..<500 {
                let name = names[random.number(below: names.count)]
                let good = try release.bytes(name)
                try release.write(name, random.damaged(good))
                #expect(try await !release.verify().isGood, "case \(number): \(name)")
                try release.write(name, good)
            }
            #expect(try await release.verify().isGood)
        }
    }

    /// The checksums and the manifest leave no room for anything else, even to those who may sign.
    @Test(arguments: ["SHA256SUMS", "manifest.json"])
    func refusesDamageThatIsSigned(name: String) async throws {
        try await ReleaseFixture.with { release in
            var random = SeededRandom(seed: 0xFEED)
            let good = try release.bytes(name)
            for number in 0..<200 {
                try release.write(name, random.damaged(good))
                if name == "SHA256SUMS" { try release.signChecksums() } else { try release.seal() }
                #expect(try await !release.verify().isGood, "case \(number)")
            }
        }
    }

    /// Damage to a hint or to a remark may leave a statement good; then it says the same.
    @Test func outlivesDamagedStatementsThatAreSigned() async throws {
        try await ReleaseFixture.with { release in
            var random = SeededRandom(seed: 0xBEEF)
            var refused = 0
            for number in 0..<300 {
                let name = ReleaseFixture.envelopes[random.number(below: ReleaseFixture.envelopes.count)]
                let good = try release.bytes(name)
                if number.isMultiple(of: 2) {
                    try release.write(name, random.damaged(good))
                } else {
                    try release.sign(name, random.damaged(Envelope(json: good).payload))
                }
                try release.seal()
                let report = try await release.verify()
                #expect(report.findings.allSatisfy { $0.file == name }, "case \(number): \(report.findings)")
                refused += report.isGood ? 0 : 1
                try release.write(name, good)
            }
            #expect(refused > 200)
        }
    }
}

extension SeededRandom {
    /// A number from 0 on.
    fileprivate mutating func number(below limit: Int) -> Int {
        Int(next() % UInt64(limit))
    }

    /// The bytes with one bit changed, or without an end.
    fileprivate mutating func damaged(_ bytes: [UInt8]) -> [UInt8] {
        let place = number(below: bytes.count)
        guard !next().isMultiple(of: 3) else { return Array(bytes[..<place]) }
        var bytes = bytes
        bytes[place] ^= UInt8(1 << number(below: 8))
        return bytes
    }
}
