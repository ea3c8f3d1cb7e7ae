import Testing

@testable import Stages

struct SealTellingTests {
    @Test func showsNoControlCharacterOfAGuest() {
        var telling = SealTelling()
        telling.read("imagefactory-seal: begin logs")
        telling.read("imagefactory-seal: did logs removed \u{1B}[31mred\u{202E}")
        #expect(telling.accounts["logs"]?.did == ["removed  [31mred"])
    }

    @Test func keepsNoMoreThanASealCanHaveToSay() {
        var telling = SealTelling()
        for number in 0..<10_000 { telling.read("imagefactory-seal: did logs removed \(number)") }
        #expect(telling.accounts["logs"]?.did.count == 50)
    }

    @Test(arguments: [
        "", "imagefactory-seal:", "imagefactory-seal: ", "imagefactory-seal: end", "imagefactory-seal: end logs",
        "imagefactory-seal: end logs many", "imagefactory-seal: end logs -1", "imagefactory-seal: did logs",
        "imagefactory-seal: end logs 99999999999999999999",
    ])
    func takesNothingElseForAnEnd(line: String) {
        var telling = SealTelling()
        #expect(telling.read(line) == nil)
        #expect(telling.accounts["logs"]?.count == nil)
        #expect(throws: SealError.self) { try telling.confirm([.logs], output: []) }
    }
}
