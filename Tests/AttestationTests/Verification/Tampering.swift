import Attestation
import AttestationTestSupport
import Testing

/// One way to make a release that must not be taken, and the reason that must be given.
struct Tampering: Sendable, CustomTestStringConvertible {
    /// What is done.
    let name: String
    /// The kind of the reason.
    let kind: Finding.Kind
    /// The file that the reason must name.
    let file: String
    /// Does it.
    let apply: @Sendable (inout ReleaseFixture) throws -> Void

    init(
        _ name: String, _ kind: Finding.Kind, _ file: String,
        _ apply: @escaping @Sendable (inout ReleaseFixture) throws -> Void
    ) {
        self.name = name
        self.kind = kind
        self.file = file
        self.apply = apply
    }

    var testDescription: String { name }

    /// All of them.
    static let all = content + folder + names + checksums + signers + manifest + envelopes + statements + provenances
}
