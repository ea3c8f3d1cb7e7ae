import Attestation
import Foundation
import HostSystem
import Testing

struct StatementTests {
    private static let subject = [ResourceDescriptor(name: "web-v1.2.0.qcow2", sha256: Digest.of("image"))]
    private static let imageHex = "6105d6cc76af400325e94d588ce511be5bfdbb73b437dc51eca43917d7a43e3d"

    static let provenance = Statement(
        subject: subject,
        predicate: Provenance(
            buildDefinition: .init(
                externalParameters: ["template": "web", "formats": ["qcow2", "raw"], "size": 42, "refresh": false],
                internalParameters: ["accelerator": "tcg", "nothing": .null],
                resolvedDependencies: [.init(name: "iso", uri: "file:iso", digest: ["sha256": Digest.of("iso").hex])]),
            runDetails: .init(
                builder: .init(version: ["imagefactory": "0.1.0"]),
                metadata: .init(
                    invocationId: "20261126-1", startedOn: "2026-11-26T13:00:00Z", finishedOn: "2026-11-26T13:30:00Z"),
                byproducts: [.init(name: "logs/seal.log", sha256: Digest.of("log"), mediaType: "text/plain")])))

    static let tests = Statement(
        subject: subject,
        predicate: TestResult(
            configuration: [.init(name: "tests.junit.xml", sha256: Digest.of("tests"))], passed: ["boots"],
            warned: ["slow"]))

    /// Other programs read these bytes, and a signature covers them.
    @Test func hasTheseBytes() throws {
        let expected =
            #"{"_type":"https://in-toto.io/Statement/v1","predicate":{"configuration":[{"digest":{"sha256":""#
            + Digest.of("tests").hex
            + #""},"name":"tests.junit.xml"}],"failedTests":[],"passedTests":["boots"],"result":"WARNED","#
            + #""warnedTests":["slow"]},"predicateType":"https://in-toto.io/attestation/test-result/v0.1","#
            + #""subject":[{"digest":{"sha256":""# + Self.imageHex + #""},"name":"web-v1.2.0.qcow2"}]}"#
        #expect(String(decoding: try Self.tests.json(), as: UTF8.self) == expected)
    }

    @Test func isReadAsItWasWritten() throws {
        #expect(try Statement<Provenance>(json: try Self.provenance.json()) == Self.provenance)
        #expect(try Statement<TestResult>(json: try Self.tests.json()) == Self.tests)
        let any = try Statement<JSONValue>(json: try Self.provenance.json())
        #expect(try any.json() == Self.provenance.json())
        #expect(any.subject.first?.sha256 == Digest.of("image"))
    }

    @Test func hasTheFieldsOfSLSA() throws {
        let json = try JSONSerialization.jsonObject(with: Data(try Self.provenance.json())) as? [String: Any]
        let predicate = json?["predicate"] as? [String: [String: Any]]
        #expect(json?["predicateType"] as? String == "https://slsa.dev/provenance/v1")
        #expect(
            predicate?["buildDefinition"]?.keys.sorted() == [
                "buildType", "externalParameters", "internalParameters", "resolvedDependencies",
            ])
        #expect(predicate?["runDetails"]?.keys.sorted() == ["builder", "byproducts", "metadata"])
        #expect(predicate?["buildDefinition"]?["buildType"] as? String == "urn:imagefactory:build:v1")
        #expect(
            (predicate?["runDetails"]?["builder"] as? [String: Any])?["id"] as? String
                == "urn:imagefactory:builder:v1")
    }

    @Test func isOfOnePredicateAlone() throws {
        #expect(throws: StrictJSONError.self) { try Statement<Provenance>(json: try Self.tests.json()) }
        #expect(throws: StrictJSONError.self) { try Statement<TestResult>(json: try Self.provenance.json()) }
    }

    @Test(arguments: [
        (#""https://in-toto.io/Statement/v1""#, #""https://in-toto.io/Statement/v0.1""#),
        (#""_type""#, #""type""#), (#""subject":[{"#, #""subject":[],"later":[{"#),
        (#""digest":{"sha256":"\#(imageHex)"},"name":"web"#, #""digest":{},"name":"web"#),
        (#""result":"WARNED""#, #""result":"GREAT""#), (#""passedTests":["boots"]"#, #""passedTests":"boots""#),
        (#""name":"web"#, #""name":"a","name":"web"#),
    ])
    func refusesWhatIsNoStatement(part: String, other: String) throws {
        let json = String(decoding: try Self.tests.json(), as: UTF8.self)
        let changed = json.replacingOccurrences(of: part, with: other)
        try #require(changed != json)
        #expect(throws: StrictJSONError.self) { try Statement<TestResult>(json: Array(changed.utf8)) }
    }

    @Test(arguments: [([], [], TestResult.Outcome.passed), (["w"], [], .warned), (["w"], ["f"], .failed)])
    func concludesFromTheTests(warned: [String], failed: [String], outcome: TestResult.Outcome) {
        #expect(TestResult(configuration: [], passed: ["p"], warned: warned, failed: failed).result == outcome)
    }
}
