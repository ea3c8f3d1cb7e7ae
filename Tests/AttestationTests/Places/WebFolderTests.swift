import Testing

@testable import Attestation

struct WebFolderTests {
    @Test(arguments: [
        "https://images.example.org", "http://10.0.0.1:8080/a/b", "https://[2001:db8::1]:8443/releases",
        "https://example.org/a%20b/~me/v1.2.0-rc.1",
    ])
    func takesAnAddress(text: String) throws {
        #expect(try WebFolder(text).text == text)
        #expect(try WebFolder(text + "//").text == text)
    }

    @Test(arguments: [
        "ftp://example.org/a", "file:///etc", "https://", "https:///a", "https://user@example.org/a",
        "https://user:pass@example.org/a", "https://example.org/a?token=x", "https://example.org/a#b",
        "https://example.org/a/../b", "https://example.org/%2E%2e/b", "https://example.org/a%2fb",
        "https://example.org/a%5Cb", "https://example.org/./b", "https://example.org/a b", "https://example.org/ä",
        "https://example.org:99999999/a", "https://example.org/a\n", "https://example.org/a//b",
        "HTTPS://example.org/a",
        "https://example.org/%zz", "https://-o/" + String(repeating: "a", count: 2048),
    ])
    func refusesWhatIsNone(text: String) {
        #expect(throws: WebFolderError.self) { try WebFolder(text) }
    }

    @Test func tellsNothingOfWhatItRefuses() {
        let error = #expect(throws: WebFolderError.self) { try WebFolder("https://user:hunter2@example.org") }
        #expect(error.map { "\($0)".contains("hunter2") } == false)
    }

    @Test func writesNamesAsAddressesDo() throws {
        let folder = try WebFolder("https://example.org/releases")
        #expect(folder.appending("a b#1?%.json").text == "https://example.org/releases/a%20b%231%3F%25.json")
        #expect(folder.appending("web").parent == folder)
        #expect(folder.segments == ["releases"])
        #expect(folder.parent?.parent == nil)
    }
}
