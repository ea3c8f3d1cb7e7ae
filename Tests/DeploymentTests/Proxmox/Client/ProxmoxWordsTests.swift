import Attestation
import HostSystem
import Testing

@testable import Deployment

/// Words that come from people and from the API: what is no such word is refused.
struct ProxmoxWordsTests {
    private static let fingerprint = Array(repeating: "aB", count: 32).joined(separator: ":")
    private static let otherFingerprints: [String] = [
        "", "AB", fingerprint + ":", fingerprint + ":AB", String(fingerprint.dropLast()),
        String(fingerprint.dropLast(3)),
        String(fingerprint.dropLast()) + "G", fingerprint.replacing(":", with: "-"),
        fingerprint.replacing(":", with: ""),
    ]

    @Test func readsAFingerprintInEitherCase() throws {
        let fingerprint = try #require(CertificateFingerprint(Self.fingerprint))
        #expect(fingerprint.description == Self.fingerprint.uppercased())
        #expect(CertificateFingerprint(fingerprint.description) == fingerprint)
    }

    @Test(arguments: otherFingerprints)
    func refusesAnotherFingerprint(_ text: String) {
        #expect(CertificateFingerprint(text) == nil)
    }

    @Test(arguments: [
        ("https://pve1.example.org", "https://pve1.example.org:8006"), ("pve1:443", "https://pve1:443"),
        ("https://192.0.2.1:8006/", "https://192.0.2.1:8006"), ("[2001:db8::1]", "https://[2001:db8::1]:8006"),
    ])
    func readsAnEndpoint(_ text: String, _ whole: String) {
        #expect(ProxmoxEndpoint(parsing: text)?.description == whole)
    }

    @Test(arguments: [
        "http://pve1", "https://", "https://user@pve1", "https://pve1/api2/json", "pve1:0", "pve1:65536", "pve 1",
        "https://pve1?x=1", "2001:db8::1", "-pve1", "https://pve1\r\nX: y",
    ])
    func refusesAnotherEndpoint(_ text: String) {
        #expect(ProxmoxEndpoint(parsing: text) == nil)
    }

    @Test func keepsATokensSecretToItself() throws {
        let token = try #require(ProxmoxToken(Secret("root@pam!deploy=aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee")))
        #expect(token.id == "root@pam!deploy")
        #expect(token.authorization.reveal() == "PVEAPIToken=root@pam!deploy=aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee")
        #expect(!"\(token)".contains("aaaaaaaa") && !String(reflecting: token).contains("aaaaaaaa"))
        #expect(token.redacted("it was aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee") == "it was <redacted>")
    }

    @Test(arguments: [
        "", "root@pam", "root@pam!deploy", "root@pam!deploy=", "root!deploy=aaaaaaaa", "root@pam!deploy=aaaa;aaaa",
        "root@pam!deploy=aaaa%20aaaa", "root@pam!deploy=aaaaaaaa\r\nHost: x", "root@pam!de ploy=aaaaaaaa",
    ])
    func refusesAnotherToken(_ text: String) {
        #expect(ProxmoxToken(Secret(text)) == nil)
    }

    @Test func tellsTheNodeOfATask() throws {
        let task = try #require(UPID("UPID:pve2:0001A2B3:0123456F:66AABBCC:qmclone:105:root@pam!deploy:"))
        #expect(task.node == "pve2")
        #expect(task.type == "qmclone")
    }

    @Test(arguments: [
        "", "UPID:pve2:0001A2B3:0123456F:66AABBCC:qmclone:105:root@pam",
        "UPID:../x:0001A2B3:0123456F:66AABBCC:a:1:r@p:",
        "UPID:pve2:1:2:3:a:1:r@p:", "UPID:pve2:0001A2B3:0123456F:66AABBCC:a:1:r@p:\n",
    ])
    func refusesAnotherTask(_ text: String) {
        #expect(UPID(text) == nil)
    }

    @Test func encodesAllThatIsNotUnreserved() {
        #expect("a/b:c d+ü~".percentEncoded() == "a%2Fb%3Ac%20d%2B%C3%BC~")
        #expect(PercentEncoding.form([("a b", "1;2"), ("c", "")]) == "a%20b=1%3B2&c=")
    }

    @Test(arguments: [("8.4.1", true), ("9.1.3", true), ("8.3.5", false), ("7.4-3", false), ("10.0", true)])
    func knowsWhichServersTakeImages(_ text: String, _ isGood: Bool) throws {
        let version = try #require(ProxmoxVersion(text))
        #expect((version >= .oldest) == isGood)
    }
}
