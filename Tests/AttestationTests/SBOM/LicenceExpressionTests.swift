import Testing

@testable import Attestation

struct LicenceExpressionTests {
    @Test(arguments: [
        ("GPL-2+", "GPL-2.0-or-later"), ("GPL-2", "GPL-2.0-only"), ("GPLv2+", "GPL-2.0-or-later"),
        ("gpl-2.0-or-later", "GPL-2.0-or-later"), ("GPL-2.0+", "GPL-2.0-or-later"), ("Expat", "MIT"),
        ("BSD-3-clause", "BSD-3-Clause"), ("ASL 2.0", "Apache-2.0"), ("  Apache-2 ", "Apache-2.0"),
        ("GPL-2 or later", "GPL-2.0-or-later"), ("GFDL-NIV-1.3+", "GFDL-1.3-no-invariants-or-later"),
        ("GPL-3.0-or-later WITH GCC-exception-3.1", "GPL-3.0-or-later WITH GCC-exception-3.1"),
        ("GPL-2 with Linux-syscall-note", "GPL-2.0-only WITH Linux-syscall-note"),
        ("GPL-2+ or Expat", "GPL-2.0-or-later OR MIT"),
        ("GPLv2+ and MIT or ASL 2.0", "(GPL-2.0-or-later AND MIT) OR Apache-2.0"),
        ("MIT AND (GPL-2.0-only OR (Apache-2.0 AND ISC))", "MIT AND (GPL-2.0-only OR (Apache-2.0 AND ISC))"),
    ])
    func mapsWhatIsCertain(words: String, expression: String) {
        let parsed = LicenceExpression(parsing: words)
        #expect(parsed.text == expression)
        #expect(parsed.isKnown)
    }

    @Test(arguments: [
        ("public-domain", "LicenseRef-public-domain"), ("BSD", "LicenseRef-bsd"),
        ("GPLv2+ and BSD", "GPL-2.0-or-later AND LicenseRef-bsd"), ("X11-like_1", "LicenseRef-x11-like-1-8cbf83f2"),
    ])
    func keepsOtherWordsAsReferences(words: String, expression: String) {
        let parsed = LicenceExpression(parsing: words)
        #expect(parsed.text == expression)
        #expect(!parsed.isKnown)
    }

    @Test(arguments: [
        "GPL-2+, and Expat", "(MIT", "MIT)", "MIT and", "and MIT", "MIT or or ISC", "GPL-2 or any later version", "()",
        "LGPL-2 or later with exceptions", "", "MIT and (or)",
        String(repeating: "(", count: 40) + "MIT" + String(repeating: ")", count: 40),
        String(repeating: "MIT and ", count: 400) + "MIT",
    ])
    func leavesWhatItCannotTakeApartWhole(words: String) {
        let parsed = LicenceExpression(parsing: words)
        #expect(parsed == .unknown(words))
        #expect(parsed.text.wholeMatch(of: /LicenseRef-[A-Za-z0-9.\-]+/) != nil)
    }

    @Test func tellsReferencesApartThatLookAlike() {
        let texts = ["a b", "a_b", "a/b", "a-b"].map { LicenceReference($0).id }
        #expect(Set(texts).count == 4)
        #expect(LicenceReference("Public Domain").id == LicenceReference("public domain").id)
        let long = String(repeating: "x", count: 100)
        #expect(LicenceReference(long).id != LicenceReference(long + "y").id)
    }

    @Test func joinsSeveralStatementsOnce() {
        let statements = ["GPL-2+", "Expat and GPLv2+", "MIT", "ISC or MIT"].map { LicenceExpression(parsing: $0) }
        #expect(LicenceExpression.all(of: statements)?.text == "GPL-2.0-or-later AND (ISC OR MIT) AND MIT")
        #expect(LicenceExpression.all(of: []) == nil)
    }

    @Test func writesCycloneDXsKinds() {
        func kinds(_ words: String...) -> [CycloneDXLicence]? {
            CycloneDXLicence.all(words.map { LicenceExpression(parsing: $0) })
        }
        #expect(kinds() == nil)
        #expect(kinds("Expat") == [.id("MIT")])
        #expect(kinds("Expat", "GPL-2") == [.expression("GPL-2.0-only AND MIT")])
        #expect(kinds("GPL-2 with Linux-syscall-note") == [.expression("GPL-2.0-only WITH Linux-syscall-note")])
        #expect(kinds("Expat", "BSD") == [.name("BSD"), .id("MIT")])
        #expect(kinds("GPL-2 and (BSD or MIT)") == [.id("GPL-2.0-only"), .name("BSD OR MIT")])
        #expect(kinds("BSD or GPL-2") == [.name("BSD OR GPL-2.0-only")])
    }
}
