import HostSystem
import Testing

@testable import Machines

struct RedactorTests {
    private let redactor = Redactor([Secret("hunter2"), Secret("hunter2-and-more"), Secret("abc")])

    @Test(arguments: [
        ("password hunter2!", "password <redacted>!"), ("hunter2", "<redacted>"), ("hunter hunter", "hunter hunter"),
        ("hunter2-and-more", "<redacted>"), ("hunter2-and-", "<redacted>-and-"), ("hhunter2", "h<redacted>"),
        ("hunhunter2", "hun<redacted>"), ("hunter2hunter2", "<redacted><redacted>"), ("", ""), ("hunte", "hunte"),
        // Too short for a secret.
        ("abc", "abc"),
    ])
    func takesSecretsOut(text: String, plain: String) {
        #expect(redactor.text(text) == plain)
    }

    @Test func findsASecretHoweverItsStreamIsCut() {
        let text = Array("login\r\nhunter2\r\nhunter2-and-more hunter2-and x".utf8)
        let whole = redactor.bytes(text)
        for size in 1...text.count {
            var stream = redactor
            var result: [UInt8] = []
            for start in stride(from: 0, to: text.count, by: size) {
                result += stream.next(text[start..<min(start + size, text.count)])
            }
            result += stream.end()
            #expect(result == whole, "in blocks of \(size)")
        }
        #expect(String(decoding: whole, as: UTF8.self) == "login\r\n<redacted>\r\n<redacted> <redacted>-and x")
    }

    @Test func holdsNothingBackThatCannotBecomeASecret() {
        var stream = redactor
        #expect(stream.next("golden login: ".utf8) == Array("golden login: ".utf8))
        #expect(stream.next("hun".utf8) == [])
        #expect(stream.next("gry".utf8) == Array("hungry".utf8))
    }

    @Test func leavesTextAloneWithoutSecrets() {
        #expect(Redactor().text("hunter2") == "hunter2")
        #expect(Redactor([Secret("")]).text("a b") == "a b")
    }
}
