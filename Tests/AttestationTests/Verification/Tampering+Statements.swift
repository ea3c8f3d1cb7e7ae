import Attestation
import AttestationTestSupport
import Foundation
import HostSystem
import SystemPackage

extension Tampering {
    private static let tests = "tests.dsse.json"

    /// Envelopes that their signer wrote wrong; the checksums are those of what was written.
    static let envelopes: [Tampering] =
        forms.map { name, change in
            Tampering(name, .envelopeForm, tests) {
                try $0.editText(tests, change)
                try $0.seal()
            }
        } + [
            Tampering("an envelope without meaning", .unknownEnvelope, "more.dsse.json") {
                try $0.write("more.dsse.json", try $0.bytes(tests))
                try $0.seal()
            },
            Tampering("an envelope of another type", .payloadType, tests) {
                try $0.sign(tests, try Envelope(json: try $0.bytes(tests)).payload, type: "application/json")
                try $0.seal()
            },
            Tampering("an envelope with a NUL behind its type", .payloadType, tests) {
                let payload = try Envelope(json: try $0.bytes(tests)).payload
                try $0.sign(tests, payload, type: Envelope.statementType + "\0")
                try $0.seal()
            },
            Tampering("an envelope whose type was changed", .signature, tests) {
                try $0.editText(tests) { $0.replacing("application/vnd.in-toto+json", with: "application/json") }
                try $0.seal()
            },
            Tampering("an envelope whose statement was changed", .signature, tests) {
                let envelope = try Envelope(json: try $0.bytes(tests))
                let text = String(decoding: envelope.payload, as: UTF8.self).replacing("PASSED", with: "WARNED")
                let whole = Envelope(
                    payloadType: envelope.payloadType, payload: Array(text.utf8), signatures: envelope.signatures)
                try $0.write(tests, try whole.json())
                try $0.seal()
            },
        ]

    private static let forms: [(String, @Sendable (String) -> String)] = [
        ("an empty envelope", { _ in "" }),
        ("an envelope of NUL bytes", { _ in "\0\0\0\0" }),
        ("an envelope that was cut", { String($0.dropLast(40)) }),
        ("an envelope with something behind it", { $0 + "{}" }),
        ("an envelope with a payload twice", { "{\"payload\":\"e30=\"," + $0.dropFirst() }),
        ("an envelope without a signature", { _ in "{\"payload\":\"e30=\",\"payloadType\":\"x\",\"signatures\":[]}" }),
        ("an envelope with base64 over two lines", { $0.replacing("\"payload\":\"", with: "\"payload\":\"\\n") }),
        ("an envelope with base64 for the web", { $0.replacing("\"payload\":\"", with: "\"payload\":\"_-_-") }),
        ("an envelope with a huge number", { "{\"more\":1e999," + $0.dropFirst() }),
        (
            "an envelope that is nested too deeply",
            { _ in String(repeating: "{\"a\":", count: 50_000) + "1" + String(repeating: "}", count: 50_000) }
        ),
        (
            "an envelope with more signatures than anybody checks",
            { _ in
                let signatures = Array(repeating: "{\"sig\":\"AA==\"}", count: 1000).joined(separator: ",")
                return "{\"payload\":\"e30=\",\"payloadType\":\"x\",\"signatures\":[\(signatures)]}"
            }
        ),
    ]

    /// Statements that say too little, too much or something else, under good signatures.
    static let statements: [Tampering] =
        texts.map { name, kind, change in
            Tampering(name, kind, tests) { try $0.restate(tests, change) }
        } + [
            Tampering("a provenance without a builder", .predicateForm, "provenance.dsse.json") {
                try $0.restate("provenance.dsse.json") { $0.replacing("\"builder\"", with: "\"builders\"") }
            },
            Tampering("a provenance without the manifest", .notCovered, "provenance.dsse.json") {
                try $0.restateSubjects("provenance.dsse.json") { $0.filter { $0.name != "manifest.json" } }
            },
            Tampering("a provenance without an SBOM", .notCovered, "provenance.dsse.json") {
                try $0.restateSubjects("provenance.dsse.json") { $0.filter { $0.name != "sbom.cdx.json" } }
            },
            Tampering("a test result as provenance", .predicateType, "provenance.dsse.json") {
                try $0.write("provenance.dsse.json", try $0.bytes(tests))
                try $0.seal()
            },
            Tampering("a provenance as a test result", .predicateType, tests) {
                try $0.write(tests, try $0.bytes("provenance.dsse.json"))
                try $0.seal()
            },
            Tampering("the statement of another report", .notCovered, tests) {
                try $0.write(tests, try $0.bytes("seal-report.dsse.json"))
                try $0.seal()
            },
            Tampering("the statement of another release", .subjectDigest, tests) {
                let other = try ReleaseFixture(in: $0.root.appending("other"), key: $0.key, seed: 9)
                try $0.write(tests, try other.bytes(tests))
                try $0.seal()
            },
            Tampering("a statement that leaves an image out", .notCovered, tests) {
                try $0.restateSubjects(tests) { Array($0.dropFirst()) }
            },
            Tampering("a statement that leaves its report out", .notCovered, tests) {
                try $0.restateSubjects(tests) { $0.filter { $0.name != "tests.junit.xml" } }
            },
            Tampering("a statement about nothing", .notCovered, tests) { try $0.restateSubjects(tests) { _ in [] } },
            Tampering("a statement about something more", .unknownSubject, tests) {
                try $0.restateSubjects(tests) { $0 + [ResourceDescriptor(name: "x", sha256: Digest.of("x"))] }
            },
            Tampering("a statement about something twice", .unknownSubject, tests) {
                try $0.restateSubjects(tests) { $0 + $0.prefix(1) }
            },
            Tampering("a statement about something without a name", .unknownSubject, tests) {
                try $0.restateSubjects(tests) { $0.map { ResourceDescriptor(digest: $0.digest) } }
            },
            Tampering("a statement about a path", .unknownSubject, tests) {
                try $0.restateSubjects(tests) {
                    $0.map { ResourceDescriptor(name: "./" + ($0.name ?? ""), digest: $0.digest) }
                }
            },
            Tampering("a statement about more than anybody looks at", .statementForm, tests) {
                try $0.restateSubjects(tests) { Array(repeating: $0[0], count: 100_000) }
            },
            Tampering("a statement with another digest", .subjectDigest, tests) {
                try $0.restateDigests(tests) { _ in ["sha256": Digest.of("x").hex] }
            },
            Tampering("a statement with a digest in upper case", .subjectDigest, tests) {
                try $0.restateDigests(tests) { $0.mapValues { $0.uppercased() } }
            },
            Tampering("a statement with a digest of another kind", .subjectDigest, tests) {
                try $0.restateDigests(tests) { ["sha512": $0["sha256"] ?? ""] }
            },
            Tampering("a statement with a digest of a kind that nobody checks", .subjectDigest, tests) {
                try $0.restateDigests(tests) { $0.merging(["md5": "0"]) { $1 } }
            },
            Tampering("a statement with empty digests", .subjectDigest, tests) {
                try $0.restateDigests(tests) { _ in [:] }
            },
        ]

    private static let texts: [(String, Finding.Kind, @Sendable (String) -> String)] = [
        ("a statement that is no JSON", .statementForm, { _ in "{" }),
        ("a statement that is empty", .statementForm, { _ in "" }),
        ("a statement of another version", .statementForm, { $0.replacing("Statement/v1", with: "Statement/v0.1") }),
        ("a statement without a type", .statementForm, { $0.replacing("\"_type\"", with: "\"type\"") }),
        ("a statement without subjects", .statementForm, { $0.replacing("\"subject\"", with: "\"subjects\"") }),
        ("a statement with a predicate twice", .statementForm, { "{\"predicate\":{}," + $0.dropFirst() }),
        ("a statement with a huge number", .statementForm, { "{\"more\":1e999," + $0.dropFirst() }),
        ("a statement of another type", .predicateType, { $0.replacing("test-result/v0.1", with: "test-result/v0.2") }),
        ("a statement with no predicate", .predicateForm, { $0.replacing("\"predicate\"", with: "\"predicates\"") }),
        ("a statement without a result", .predicateForm, { $0.replacing("\"result\"", with: "\"results\"") }),
        ("a statement with a result of its own", .predicateForm, { $0.replacing("\"PASSED\"", with: "\"GREAT\"") }),
        (
            "a statement with a result in small letters", .predicateForm,
            { $0.replacing("\"PASSED\"", with: "\"passed\"") }
        ),
        ("a report that failed", .notPassed, { $0.replacing("\"PASSED\"", with: "\"FAILED\"") }),
        ("a report with a warning", .notPassed, { $0.replacing("\"PASSED\"", with: "\"WARNED\"") }),
        (
            "a report that passed though a test failed", .notPassed,
            { $0.replacing("\"failedTests\":[]", with: "\"failedTests\":[\"boots\"]") }
        ),
    ]
}

extension ReleaseFixture {
    /// Changes the subjects of a statement of test results.
    fileprivate func restateSubjects(
        _ envelope: String, _ change: ([ResourceDescriptor]) -> [ResourceDescriptor]
    ) throws {
        try restateObject(envelope) { object in
            let subjects = try JSONDecoder().decode(
                [ResourceDescriptor].self, from: JSONSerialization.data(withJSONObject: object["subject"] ?? []))
            object["subject"] = try JSONSerialization.jsonObject(with: JSONEncoder().encode(change(subjects)))
        }
    }

    /// Changes the digests of the first subject; the descriptor's own type leaves out empty ones.
    fileprivate func restateDigests(_ envelope: String, _ change: ([String: String]) -> [String: String]) throws {
        try restateObject(envelope) { object in
            guard var subjects = object["subject"] as? [[String: Any]] else { return }
            subjects[0]["digest"] = change(subjects[0]["digest"] as? [String: String] ?? [:])
            object["subject"] = subjects
        }
    }

    private func restateObject(_ envelope: String, _ change: (inout [String: Any]) throws -> Void) throws {
        let payload = try Envelope(json: try bytes(envelope)).payload
        guard var object = try JSONSerialization.jsonObject(with: Data(payload)) as? [String: Any] else { return }
        try change(&object)
        try sign(
            envelope, Array(try JSONSerialization.data(withJSONObject: object, options: [.withoutEscapingSlashes])))
        try seal()
    }
}
