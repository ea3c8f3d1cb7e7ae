import Testing

@testable import Attestation

struct WebAddressTests {
    @Test(arguments: [
        "https://www.openssh.com/", "http://a.b/c?d=e&f#g", "https://example.org", "https://a.b:8080/%20~x",
    ])
    func takesAddressesOfTheWeb(address: String) {
        #expect(WebAddress(address)?.text == address)
    }

    @Test(arguments: [
        "", "see the README", "ftp://a.b/", "https://", "https://a b/", "https://a.b/c d", "https://a.b/%2",
        "https://a.b/ü",
        "https://a.b/#c#d", "javascript:alert(1)", "https://a.b/\n", "https://u:p@a.b/",
        "https://a.b/" + String(repeating: "c", count: 3000),
    ])
    func refusesWhatIsNoAddress(text: String) {
        #expect(WebAddress(text) == nil)
    }
}
