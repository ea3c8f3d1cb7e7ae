internal import Foundation
internal import HostSystem
package import SystemPackage

/// Random secrets of every kind that makes trouble, and the search for them in whatever is left behind.
///
/// The same seed gives the same secrets. Each has letters in it that no text has by chance.
package struct PlantedSecrets: Sendable {
    /// The secrets.
    package let words: [String]
    private let forms: [[String]]

    /// These secrets.
    package init(words: [String]) {
        self.words = words
        forms = words.map(Self.forms)
    }

    /// Secrets that can be answers: of one line, without both kinds of quotes.
    package init(seed: UInt64) {
        var random = SplitMix(state: seed)
        let kinds: [[String]] = [
            ["a", "Z", "7"], ["$", "`", "\\", "|", "&", ";", "(", ")"], ["{", "}", "[", "]", "\\d", ".*", "+?", "^"],
            ["\"", "\\n", "\\u0041", "/", ":"], ["'", " - ", " #", ": ", "|", ">", "!", "~"],
            ["%41", "%", "?", "=", "#", "+"],
            ["\u{E4}", "\u{6F22}", "\u{1F642}", "e\u{301}", "\u{DF}"], [" ", "<", "&amp;", "]]>", ">"],
        ]
        var words: [String] = []
        for kind in kinds {
            let core = Self.core(&random)
            let pieces = (0..<Int.random(in: 1...12, using: &random)).map { _ in
                kind.randomElement(using: &random) ?? ""
            }
            words.append(pieces.joined() + core + (kind.randomElement(using: &random) ?? ""))
        }
        // The shortest, a long one, and some of which one begins or holds another.
        words.append(String(Self.core(&random).prefix(Secret.shortest)))
        words.append((0..<60).map { _ in Self.core(&random) }.joined())
        words.append(words[0] + "-and-more")
        words.append("before-" + words[1])
        words.append(String(words[9].prefix(20)))
        self.init(words: words)
    }

    /// Those whose text, in a form that our own code could write it in, stands somewhere in these texts.
    package func found(in texts: [String]) -> [String] {
        let bytes = Data(texts.joined(separator: "\n").utf8)
        return zip(words, forms).filter { _, forms in forms.contains { bytes.range(of: Data($0.utf8)) != nil } }.map(
            \.0)
    }

    /// The files under `folder`, at any depth, in whose names or content one of them stands.
    ///
    /// - Parameter skipped: A pattern for names of files that are not looked at.
    package func files(under folder: FilePath, except skipped: String = "") async throws -> [String] {
        let patterns = forms.joined().joined(separator: "\n")
        let script = """
            cd "$1"; { cat; echo; } >"$2"
            grep --recursive --files-with-matches --text --exclude="$3" --fixed-strings --file="$2" . || [ $? -eq 1 ]
            find . | grep --fixed-strings --file="$2" || [ $? -eq 1 ]
            """
        return try await withScratchFolder(in: "/dev/shm", prefix: "if-patterns") { scratch in
            try await Program.run(
                "/bin/sh", ["-euc", script, "sh", folder.string, scratch.appending("patterns").string, skipped],
                input: Array(patterns.utf8), environment: ["LC_ALL": "C"], deadline: .seconds(120)
            ).text.split(separator: "\n").map(String.init)
        }
    }

    /// A text as it is, and as JSON, XML, addresses, shells, base64 and hexadecimal digits write it, and its digest.
    private static func forms(of word: String) -> [String] {
        let bytes = Array(word.utf8)
        let json = (try? JSONEncoder().encode(word)).map { String(decoding: $0.dropFirst().dropLast(), as: UTF8.self) }
        let xml = word.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
        // Of base64, what does not depend on what stands before and after.
        let encoded = (bytes.count < 8 ? 0..<0 : 0..<3).map { shift in
            let text = Data(repeating: 0, count: shift) + Data(bytes)
            return String(text.base64EncodedString().filter { $0 != "=" }.dropFirst(shift == 0 ? 0 : 4).dropLast(2))
        }
        let forms =
            [
                word, json, json?.replacing("\\/", with: "/"), xml, xml.replacing("\"", with: "&quot;"),
                word.addingPercentEncoding(withAllowedCharacters: .alphanumerics), word.replacing("'", with: #"'\''"#),
                bytes.count < 8 ? nil : bytes.map { String(format: "%02x", $0) }.joined(), Digest.of(bytes).hex,
            ].compactMap(\.self) + encoded + encoded.map { $0.replacing("+", with: "-").replacing("/", with: "_") }
        return Set(forms).filter { $0.utf8.count >= Secret.shortest }.sorted()
    }

    /// Letters of which the first are in no word and in no hexadecimal number.
    private static func core(_ random: inout SplitMix) -> String {
        let letters = Array("GHJKMNPQRSTVWXYZghjkmnpqrstvwxyz")
        return "Xq7~" + String((0..<10).compactMap { _ in letters.randomElement(using: &random) })
    }
}

/// Random numbers that are the same for the same seed (SplitMix64).
private struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ word >> 30) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ word >> 27) &* 0x94D0_49BB_1331_11EB
        return word ^ word >> 31
    }
}
