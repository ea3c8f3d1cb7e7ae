import Attestation
import HostSystem
import RandomTestSupport
import SystemPackage
import Testing

struct EnvelopeTests {
    private static let algorithms = PrivateKey.Algorithm.allCases
    private static let payload = Array(#"{"_type":"https://in-toto.io/Statement/v1","ä":"/"}"#.utf8)

    @Test(arguments: algorithms)
    func isReadAsItWasWrittenAndVerifies(algorithm: PrivateKey.Algorithm) throws {
        let key = try PrivateKey.generate(algorithm)
        let envelope = try Envelope.signing(Self.payload, by: key)
        let read = try Envelope(json: try envelope.json())
        #expect(read == envelope)
        #expect(read.payload == Self.payload)
        #expect(read.payloadType == "application/vnd.in-toto+json")
        #expect(read.signatures.map(\.keyID) == [key.publicKey.fingerprint.hex])
        #expect(read.isSigned(by: key.publicKey))
        #expect(try !read.isSigned(by: PrivateKey.generate(algorithm).publicKey))
    }

    /// Other programs read these bytes.
    @Test func hasTheseBytes() throws {
        let envelope = Envelope(
            payloadType: "a/b", payload: [0xFB, 0xFF],
            signatures: [.init(keyID: "k", bytes: [1]), .init(keyID: nil, bytes: [2, 3, 4])])
        #expect(
            String(decoding: try envelope.json(), as: UTF8.self)
                == #"{"payload":"+/8=","payloadType":"a/b","signatures":[{"keyid":"k","sig":"AQ=="},{"sig":"AgME"}]}"#
                + "\n")
    }

    /// The text that is signed, made by the shell, and the verdict of openssl.
    @Test func signsThePreAuthenticationEncodingOfDSSE() async throws {
        try await withScratchFolder(in: "/tmp", prefix: "if-envelope") { folder in
            let key = try PrivateKey.generate(.p256)
            let envelope = try Envelope.signing(Array("hello wörld".utf8), type: "http://example.com/Hellö", by: key)
            try folder.appending("key.pub").write(key.publicKey.pem.utf8)
            try folder.appending("envelope").write(try envelope.json())
            let script = """
                jq -j .payload envelope | base64 -d >payload && jq -j .payloadType envelope >type
                jq -j '.signatures[0].sig' envelope | base64 -d >sig
                { printf 'DSSEv1 %d ' $(wc -c <type); cat type; printf ' %d ' $(wc -c <payload); cat payload; } >signed
                head -c 8 signed; openssl dgst -sha256 -verify key.pub -signature sig signed
                """
            let output = try await Program.run("/bin/sh", ["-ec", script], in: folder, deadline: .seconds(60)).text
            #expect(output == "DSSEv1 2Verified OK")
        }
    }

    @Test func coversTheTypeAndNotTheHint() throws {
        let key = try PrivateKey.generate(.ed25519)
        let envelope = try Envelope.signing(Self.payload, by: key)
        let bytes = envelope.signatures[0].bytes
        let otherType = Envelope(
            payloadType: "application/json", payload: Self.payload, signatures: envelope.signatures)
        #expect(!otherType.isSigned(by: key.publicKey))
        for hint in [nil, "", "somebody else"] {
            let renamed = Envelope(
                payloadType: envelope.payloadType, payload: Self.payload, signatures: [.init(keyID: hint, bytes: bytes)]
            )
            #expect(renamed.isSigned(by: key.publicKey))
        }
    }

    @Test func isSignedIfOneOfItsSignaturesIsGood() throws {
        let (key, other) = (try PrivateKey.generate(.p256), try PrivateKey.generate(.ed25519))
        let signatures = try [other, key].flatMap { try Envelope.signing(Self.payload, by: $0).signatures }
        let envelope = Envelope(payloadType: Envelope.statementType, payload: Self.payload, signatures: signatures)
        #expect(envelope.isSigned(by: key.publicKey) && envelope.isSigned(by: other.publicKey))
        #expect(try !envelope.isSigned(by: PrivateKey.generate(.p256).publicKey))
    }

    @Test func ignoresFieldsThatItDoesNotKnow() throws {
        let text = #"{"signatures":[{"sig":"AQ==","cert":"x"}],"payloadType":"t","payload":"","later":{"a":[1]}}"#
        let envelope = try Envelope(json: Array(text.utf8))
        #expect(envelope == Envelope(payloadType: "t", payload: [], signatures: [.init(keyID: nil, bytes: [1])]))
    }

    private static let signature = #"{"sig":"AQ=="}"#
    static let broken: [(json: String, error: EnvelopeError?)] = [
        (#"{"payloadType":"t","payload":"AQ==","signatures":[]}"#, .signatures(count: 0, limit: 16)),
        (
            #"{"payloadType":"t","payload":"AQ==","signatures":["#
                + Array(repeating: signature, count: 17).joined(separator: ",") + "]}",
            .signatures(count: 17, limit: 16)
        ),
        (#"{"payloadType":"t","payload":"AQ=","signatures":[{"sig":"AQ=="}]}"#, .base64(field: "payload")),
        (#"{"payloadType":"t","payload":"AQ","signatures":[{"sig":"AQ=="}]}"#, .base64(field: "payload")),
        (#"{"payloadType":"t","payload":"AR==","signatures":[{"sig":"AQ=="}]}"#, .base64(field: "payload")),
        (#"{"payloadType":"t","payload":"AQ==\n","signatures":[{"sig":"AQ=="}]}"#, .base64(field: "payload")),
        (#"{"payloadType":"t","payload":" AQ==","signatures":[{"sig":"AQ=="}]}"#, .base64(field: "payload")),
        (#"{"payloadType":"t","payload":"-_8=","signatures":[{"sig":"AQ=="}]}"#, .base64(field: "payload")),
        (#"{"payloadType":"t","payload":"AQ==","signatures":[{"sig":"AQ==="}]}"#, .base64(field: "sig")),
        (#"{"payloadType":"t","payload":"AQ==","signatures":[{"sig":"A"}]}"#, .base64(field: "sig")),
        (#"{"payloadType":"t","payload":"AQ==","signatures":[{"keyid":"a"}]}"#, nil),
        (#"{"payloadType":"t","payload":"AQ==","signatures":{"sig":"AQ=="}}"#, nil),
        (#"{"payloadType":1,"payload":"AQ==","signatures":[{"sig":"AQ=="}]}"#, nil),
        (#"{"payloadType":null,"payload":"AQ==","signatures":[{"sig":"AQ=="}]}"#, nil),
        (#"{"payload":"AQ==","signatures":[{"sig":"AQ=="}]}"#, nil),
        (#"{"payloadType":"t","payload":"AQ==","payload":"Ag==","signatures":[{"sig":"AQ=="}]}"#, nil),
        (#"{"payloadType":"t","payload":"AQ==","p\u0061yload":"Ag==","signatures":[{"sig":"AQ=="}]}"#, nil),
        (#"{"payloadType":"t","payload":"AQ==","signatures":[{"sig":"AQ==","sig":"Ag=="}]}"#, nil),
        (#"{"payloadType":"t","payload":"AQ==","signatures":[{"sig":"AQ=="}]}{}"#, nil),
        (#"{"payloadType":"t","payload":"AQ==","signatures":[{"sig":"AQ=="}],"n":1e999}"#, nil),
        ("[]", nil), ("null", nil), ("\"\"", nil),
    ]

    @Test(arguments: broken.indices)
    func refusesABrokenOne(index: Int) {
        let (json, expected) = Self.broken[index]
        let error = #expect(throws: EnvelopeError.self) { try Envelope(json: Array(json.utf8)) }
        if let expected {
            #expect(error == expected)
        } else if case .json = error {
            // Which rule of JSON it breaks is tested where the rules are.
        } else {
            Issue.record("\(String(describing: error))")
        }
    }

    @Test func refusesEveryBeginningOfItself() throws {
        let json = try Envelope.signing(Self.payload, by: PrivateKey.generate(.p256)).json()
        for count in 0..<(json.count - 1) {
            #expect(throws: EnvelopeError.self) { try Envelope(json: Array(json[..<count])) }
        }
    }

    @Test(arguments: algorithms)
    func isNotTakenForSignedWhenAByteOfItChanged(algorithm: PrivateKey.Algorithm) throws {
        var random = SeededRandom(seed: 11)
        let key = try PrivateKey.generate(algorithm)
        let envelope = try Envelope.signing(Self.payload, by: key)
        let json = try envelope.json()
        for _ in 0..<4 {
            for index in json.indices {
                let changed = random.changing(json, at: index)
                guard let read = try? Envelope(json: changed), read.isSigned(by: key.publicKey) else { continue }
                // The hint, its name, and the white space at the end are all that no signature covers.
                #expect(read.payload == envelope.payload && read.payloadType == envelope.payloadType)
                #expect(read.signatures.map(\.bytes) == envelope.signatures.map(\.bytes))
            }
        }
    }
}
