import Foundation
import Testing

@testable import Promotion

@Suite struct TagObjectTests {
    static let id = String(repeating: "a", count: 40)
    static let armor = """
        -----BEGIN SSH SIGNATURE-----
        U1NIU0lHAAAAAQAAADMAAAALc3NoLWVkMjU1MTkAAAAgk2FN3W72eQXXB0e/9vhqXZYp7l
        8RmUaSzVOPpETB5d8=
        -----END SSH SIGNATURE-----

        """

    static func text(
        object: String = "object \(id)", type: String = "type commit", tag: String = "tag golden/v1.2.0",
        tagger: String = "tagger Ada Löve <ada@example.org> 1764000000 +0100", more: String = "",
        message: String = "Build it\n\nTemplate: golden\nVersion: v1.2.0\n", signature: String = armor
    ) -> [UInt8] {
        Array("\(object)\n\(type)\n\(tag)\n\(tagger)\n\(more)\n\(message)\(signature)".utf8)
    }

    @Test func readsEveryPart() throws {
        let object = try TagObject(Self.text())
        #expect(object.target.hex == Self.id)
        #expect(object.targetType == "commit")
        #expect(object.name == "golden/v1.2.0")
        #expect(object.tagger == "Ada Löve <ada@example.org>")
        #expect(object.date == Date(timeIntervalSince1970: 1_764_000_000))
        #expect(object.zone == "+0100")
        #expect(object.message == "Build it\n\nTemplate: golden\nVersion: v1.2.0\n")
        #expect(object.signature == .ssh(armor: Array(Self.armor.utf8)))
        #expect(object.signedBytes + Array(Self.armor.utf8) == Self.text())
    }

    @Test func tellsOtherSignaturesFromNone() throws {
        #expect(try TagObject(Self.text(signature: "")).signature == nil)
        let other = "-----BEGIN PGP SIGNATURE-----\n\niQ==\n-----END PGP SIGNATURE-----\n"
        #expect(try TagObject(Self.text(signature: other)).signature == .other("PGP SIGNATURE"))
    }

    static let bad: [([UInt8], TagObjectError)] = [
        (text(message: "Build\u{0}it\n"), .controlCharacter), (text(message: "Build\rit\n"), .controlCharacter),
        (text(message: "Build \u{1B}[2Jit\n"), .controlCharacter), (text(message: "Build\u{7F}\n"), .controlCharacter),
        (text(message: "Build\tit\n"), .controlCharacter), (text(message: "Build\u{85}it\n"), .controlCharacter),
        (text(message: "Build\u{2028}it\n"), .controlCharacter),
        (text(message: "Build\u{202E}it\n"), .controlCharacter),
        (text(message: "Build\u{200B}it\n"), .controlCharacter),
        (text(tagger: "tagger A\u{0}da <ada@example.org> 1 +0000"), .controlCharacter),
        (text(message: "Build ").prefix(200) + [0xFF, 0x0A], .notUTF8),
        (text(message: String(repeating: "x", count: TagObject.limit)), .tooLong),
        (text(tag: "tag " + String(repeating: "x", count: 2000)), .tooLong),
        (text(more: "tag golden/v1.3.0\n"), .header), (text(more: "gpgsig-sha256 x\n"), .header),
        (text(tag: "tag golden/v1.2.0\ntag golden/v1.3.0"), .header), (text(tag: "tga golden/v1.2.0"), .header),
        (text(object: "object \(id.uppercased())"), .header), (text(object: "object \(id.dropLast())"), .header),
        (text(type: "tag golden", tag: "type commit"), .header), (Array("object".utf8), .header), ([], .header),
        (text(tagger: "tagger Ada 1764000000 +0100"), .tagger),
        (text(tagger: "tagger Ada <a@b> <c@d> 1764000000 +0100"), .tagger),
        (text(tagger: "tagger Ada <a@b> 01764000000 +0100"), .tagger),
        (text(tagger: "tagger Ada <a@b> -5 +0100"), .tagger), (text(tagger: "tagger Ada <a@b> 5 +010"), .tagger),
        (text(tagger: "tagger  Ada <a@b> 5 +0100"), .tagger),
        (text(signature: armor + armor), .signature), (text(signature: armor + "more\n"), .signature),
        (text(signature: String(armor.dropLast())), .signature),
        (text(signature: armor.replacing("5d8=", with: "5d9=")), .signature),
        (text(signature: armor.replacing("7l\n", with: "\n7l")), .signature),
        (text(signature: armor.replacing("5d8=", with: "5d8 =")), .signature),
        (text(message: "-----BEGIN PGP MESSAGE-----\nx\n"), .signature),
    ]

    @Test(arguments: bad.indices)
    func refusesWhatNoTagHolds(index: Int) {
        let (bytes, error) = Self.bad[index]
        #expect(throws: error) { try TagObject(bytes) }
    }
}
