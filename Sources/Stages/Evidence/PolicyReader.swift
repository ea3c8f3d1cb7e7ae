package import Attestation
internal import Foundation
internal import Pipeline
package import SystemPackage

/// Reads a verification policy. Every key may be left out:
///
/// ```yaml
/// require: [provenance, sbom, seal-report, tests, verify-report]   # these if it is left out; also boot-report
/// signers:                        # who may sign; everybody who is trusted if it is left out
///   release-2026: { until: 2027-06-30 }   # the last day, in UTC, on which the key counts
///   alice: {}                             # without an end
/// threshold: 1                    # how many of them must have signed each statement
/// provenance:                     # what it must say; each may be left out
///   builder: urn:imagefactory:builder:v1
///   source: https://example.org/images.git   # where the recipe comes from
///   clean: true                   # the recipe was a commit's, without a change
/// ```
///
/// A signer's name is that of the file with the key, without `.pub`. The signature over the checksums is always asked for.
package struct PolicyReader {
    private let reader = YAMLReader()

    /// The policy in the file at `path`.
    ///
    /// - Throws: ``YAMLError`` with all that is wrong in it, ``UnreadableFileError``.
    package static func read(_ path: FilePath) throws -> VerificationPolicy {
        let reading = PolicyReader()
        let policy = reading.policy(try YAMLFile.read(path, named: path))
        try reading.reader.finish()
        return policy
    }

    private func policy(_ node: YAMLNode) -> VerificationPolicy {
        reader.mapping(node, named: "a policy") { keys in
            var policy = VerificationPolicy()
            if let required = keys.read("require", evidence) { policy.required = required }
            policy.signers = keys.read("signers", signers)
            policy.threshold = keys.integer("threshold", in: 1...16) ?? 1
            policy.provenance = keys.read("provenance", provenance)
            if let count = policy.signers?.count, count < policy.threshold {
                reader.report(
                    at: keys.place(of: "threshold"),
                    "'threshold' asks for \(policy.threshold) signers, and 'signers' names \(count)",
                    suggestion: "name more of them, or ask for fewer")
            }
            return policy
        } ?? VerificationPolicy()
    }

    private func evidence(_ reader: YAMLReader, _ node: YAMLNode, _ name: String) -> Set<Evidence>? {
        Set(reader.list(node, named: name).compactMap { reader.word($0, named: "an item of \(name)") })
    }

    private func signers(
        _ reader: YAMLReader, _ node: YAMLNode, _ name: String
    ) -> [String: VerificationPolicy.Term]? {
        reader.mapping(node, named: name) { keys in
            keys.acceptAllKeys()
            return keys.entries.reduce(into: [:]) { $0[$1.key.text] = term($1.value, of: $1.key.text) }
        }
    }

    private func provenance(_ reader: YAMLReader, _ node: YAMLNode, _ name: String) -> ProvenanceDemands? {
        reader.mapping(node, named: name) { keys in
            ProvenanceDemands(
                builder: keys.string("builder"), source: keys.string("source"), isClean: keys.boolean("clean") ?? false)
        }
    }

    private func term(_ node: YAMLNode, of signer: String) -> VerificationPolicy.Term {
        reader.mapping(node, named: signer) { keys in
            VerificationPolicy.Term(end: keys.read("until", end))
        } ?? VerificationPolicy.Term()
    }

    /// The moment at which a day ends, in UTC.
    private func end(_ reader: YAMLReader, _ node: YAMLNode, _ name: String) -> Date? {
        guard case .scalar(let text, _) = node.content, let date = Self.end(ofDay: text) else {
            reader.mismatch(node, of: name, expected: "a day, such as 2027-06-30")
            return nil
        }
        return date
    }

    private static func end(ofDay text: String) -> Date? {
        guard let match = text.wholeMatch(of: /([0-9]{4})-([0-9]{2})-([0-9]{2})/),
            let zone = TimeZone(identifier: "GMT")
        else { return nil }
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = zone
        let day = DateComponents(
            calendar: calendar, timeZone: zone, year: Int(match.1), month: Int(match.2), day: Int(match.3))
        guard day.isValidDate, let start = calendar.date(from: day) else { return nil }
        return calendar.date(byAdding: .day, value: 1, to: start)
    }
}
