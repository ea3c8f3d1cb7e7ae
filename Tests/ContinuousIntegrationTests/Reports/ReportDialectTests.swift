import Foundation
import Testing

@testable import ContinuousIntegration

struct ReportDialectTests {
    private static let forges = Forge.allCases

    @Test func escapesAnAnnotationForGitHub() {
        let annotation = Annotation(
            title: "a: b, c%", message: "50% of\r\nit: ::set-output name=x::y",
            place: .init(file: "templates/web,1.yaml", line: 3))
        #expect(
            GitHubDialect().annotation(annotation) == [
                "::error file=templates/web%2C1.yaml,line=3,title=a%3A b%2C c%25::50%25 of%0Ait: ::set-output name=x::y"
            ])
    }

    @Test(arguments: [
        ("::set-output name=x::y", "- ::set-output name=x::y"), ("  ::add-mask::x", "-   ::add-mask::x"),
        ("\u{FEFF}::add-mask::x", "- ::add-mask::x"), ("a ##[set-env name=PATH]/tmp", "a ## [set-env name=PATH]/tmp"),
        ("a\n::error::b", "a ::error::b"), ("\u{1B}[2Ja\u{85}b", " [2Ja b"), ("x::y", "x::y"),
    ])
    func leavesNoCommandInALineForGitHub(text: String, line: String) {
        #expect(GitHubDialect().line(text) == line)
        #expect(GiteaDialect().line(text) == line)
    }

    @Test func showsEachLineOfAnErrorInGitLab() {
        let annotation = Annotation(title: "seal failed", message: "one\ntwo\u{1B}[0Ksection_end:1:x\r")
        #expect(
            GitLabDialect().annotation(annotation) == [
                "\u{1B}[31;1merror: seal failed: one\u{1B}[0;m", "\u{1B}[31;1mtwo [0Ksection_end:1:x\u{1B}[0;m",
            ])
    }

    /// Whatever comes from a guest or from a pusher, each thing that is shown makes the lines and the commands that it should,
    /// and no others.
    @Test(arguments: forges) func doesNoHarmByAnyText(forge: Forge) {
        let seed = UInt64.random(in: 0 ..< .max)
        print("seed of the hostile texts for \(forge): \(seed)")
        var random = HostileText(seed: seed)
        let dialect = forge.dialect
        for _ in 0..<2000 {
            let text = random.next()
            expectHarmless([dialect.line(text)], commands: 0, forge, seed)
            expectHarmless(dialect.opening(text, at: 1), commands: 1, forge, seed)
            expectHarmless(dialect.closing(text, at: 2), commands: 1, forge, seed)
            let annotation = Annotation(
                title: text, message: random.next(), place: .init(file: random.next(), line: 1))
            expectHarmless(dialect.annotation(annotation), commands: 1, forge, seed)
        }
    }

    private func expectHarmless(_ lines: [String], commands: Int, _ forge: Forge, _ seed: UInt64) {
        for line in lines {
            var rest = line
            if forge == .gitlab {
                // The marks that the dialect itself makes.
                rest.replace(
                    /\e\[0K(section_(start|end):[0-9]+:[A-Za-z0-9_.\-]+(\[collapsed=true\])?\r\e\[0K)?/, with: "")
                rest.replace(/^\e\[31;1m|\e\[0;m$/, with: "")
            }
            let isPlain = rest.unicodeScalars.allSatisfy { $0.value >= 32 && !(0x7F...0x9F).contains($0.value) }
            #expect(isPlain, "seed \(seed): \(line.debugDescription)")
        }
        guard forge == .github || forge == .gitea else { return }
        let found = lines.filter { $0.drop(while: \.isWhitespace).hasPrefix("::") }
        #expect(found.count == commands, "seed \(seed): \(lines)")
        #expect(!lines.contains { $0.contains("##[") }, "seed \(seed): \(lines)")
        // The value of a property ends neither it nor the command.
        for line in found where line.hasPrefix("::warning ") {
            let properties = line.components(separatedBy: "::")[1]
            let names = properties.split(separator: ",", omittingEmptySubsequences: false).map {
                $0.prefix { $0 != "=" }
            }
            #expect(names == ["warning file", "line", "title"], "seed \(seed): \(line)")
        }
    }
}

/// Texts of what runners, terminals, XML and shells take for more than text.
struct HostileText {
    private var state: UInt64

    private static let pieces = [
        "::set-output name=version::v6", "::error::", "::add-mask::a", "::endgroup::", "::stop-commands::x",
        "##[endgroup]",
        "##[", "#", "[", "%0A", "%0D", "%25", "%", "\n", "\r", "\r\n", "\u{2028}", "\u{85}", "\u{B}", "\0", "\u{1B}[2J",
        "\u{1B}]0;x\u{7}", "\u{9B}31m", "\u{202E}", "\u{FEFF}", "\u{200B}", "section_start:1:x\r\u{1B}[0K",
        "section_end:1:x",
        "]]>", "<![CDATA[", "&lt;", "<script>", "\"", "'", "`", "$(reboot)", "; reboot", "| x |", "<<EOF", "EOF", ":",
        ",", "=",
        " ", "\t", "a", "é", "漢", "\u{FFFE}", "version<<end", "end-", "@ada", "[x](http://x)", "*", "\\",
    ]

    /// A source of texts.
    init(seed: UInt64) {
        state = seed
    }

    /// A text of up to 8 pieces.
    mutating func next() -> String {
        (0..<random(9)).map { _ in Self.pieces[random(Self.pieces.count)] }.joined()
    }

    private mutating func random(_ count: Int) -> Int {
        // SplitMix64.
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        return Int((word ^ (word >> 31)) % UInt64(count))
    }
}
