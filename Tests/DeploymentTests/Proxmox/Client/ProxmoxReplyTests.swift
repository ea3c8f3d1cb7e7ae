import Attestation
import HostSystem
import Testing

@testable import Deployment

struct ProxmoxReplyTests {
    /// What is quoted has an end, behind which the rest of a secret could not be found.
    @Test(arguments: [0, 1985, 1999, 2500])
    func quotesNoPartOfASecret(at place: Int) throws {
        let secret = "3f1c7a52-5a0e-4b77-9c1d-0123456789ab"
        let token = try #require(ProxmoxToken(Secret("root@pam!deploy=\(secret)")))
        let text = String(repeating: "x", count: place) + secret + " and more"
        let wire = WireReply(status: 500, body: Array("{\"data\":null,\"message\":\"\(text)\"}".utf8))
        let error = #expect(throws: ProxmoxError.self) {
            _ = try ProxmoxReply(wire, to: "GET /version", redaction: Redaction(token, [])).value(Int.self)
        }
        #expect(error?.words.contains(secret.prefix(4)) == false, "\(error?.words.suffix(80) ?? "")")
    }
}
