import HostSystem
import InstallMedia
import Testing

struct AnswersFileTests {
    @Test func writesAnswersInOrderAndQuoted() throws {
        var answers = AnswersFile()
        try answers.set("KLDLOAD_DISTRO", to: .plain("debian"))
        try answers.set("KLDLOAD_PASSWORD", to: .secret(Secret("it's #1")))
        try answers.set("KLDLOAD_SSH_PUBKEY", to: .plain(#"ssh-ed25519 AAAA "build" # key"#))
        try answers.set("KLDLOAD_DOMAIN", to: .plain(""))
        #expect(
            answers.rendered() == """
                KLDLOAD_DISTRO="debian"
                KLDLOAD_PASSWORD="it's #1"
                KLDLOAD_SSH_PUBKEY='ssh-ed25519 AAAA "build" # key'
                KLDLOAD_DOMAIN=""

                """)
    }

    @Test func replacesAnAnswerInItsPlace() throws {
        var answers = AnswersFile()
        try answers.set("A", to: .plain("1"))
        try answers.set("B", to: .plain("2"))
        try answers.set("A", to: .plain("3"))
        #expect(answers.rendered() == "A=\"3\"\nB=\"2\"\n")
        #expect(answers["A"]?.reveal() == "3")
        #expect(answers["C"] == nil)
    }

    @Test(arguments: [
        ("A", "one\ntwo", AnswersFileError.lineEnd(key: "A")), ("A", "one\r\ntwo", .lineEnd(key: "A")),
        ("A", "one\r", .lineEnd(key: "A")), ("A", "a\u{0}b", .nul(key: "A")), ("A", #"'""#, .bothQuotes(key: "A")),
        ("", "x", .badKey("")), ("1A", "x", .badKey("1A")), ("A B", "x", .badKey("A B")), ("A=B", "x", .badKey("A=B")),
        ("#A", "x", .badKey("#A")), ("Ä", "x", .badKey("Ä")), ("A\nB", "x", .badKey("A\nB")),
        ("A", "\"\u{301}'", .bothQuotes(key: "A")),
    ])
    func refusesWhatTheFormatCannotCarry(key: String, value: String, expected: AnswersFileError) {
        var answers = AnswersFile()
        #expect(throws: expected) { try answers.set(key, to: .plain(value)) }
        #expect(throws: expected) { try answers.set(key, to: .secret(Secret(value))) }
        #expect(answers.entries.isEmpty)
    }

    @Test(arguments: [
        (#"A=b"#, "b"), (#"  A  =  b c  "#, "b c"), ("\tA\t=\tb\t", "b"), (#"A="b c""#, "b c"),
        (#"A='b "c"'"#, #"b "c""#),
        (#"A="b # c""#, "b # c"), (#"A=b#c"#, "b#c"), (#"A=#b"#, "#b"), (#"A="#, ""), (#"A="""#, ""), (#"A=""#, "\""),
        (#"A="b'"#, #""b'"#), (#"A=\n$HOME`id`"#, #"\n$HOME`id`"#), (#"A=""b"""#, #""b""#), (#"A=b=c"#, "b=c"),
        (#"A=" b ""#, " b "), (#"A=ü"#, "ü"), ("A=1\nA=2", "2"), ("\n \n# A=0\n  #x\nA=1", "1"),
        (#"A="a"b'c""#, #"a"b'c"#), (#"export=1"# + "\nA=2", "2"), ("A=\"\u{301}x\"", "\u{301}x"),
    ])
    func readsByTheInstallersRules(text: String, value: String) throws {
        let answers = try AnswersFile(parsing: text.utf8)
        let read = try #require(answers["A"]).reveal()
        #expect(Array(read.utf8) == Array(value.utf8))
    }

    @Test(arguments: [
        ("A", AnswersFileError.noEquals(line: 1)), ("A=1\nexport B", .noEquals(line: 2)),
        ("=1", .noKey(line: 1)), ("export A=1", .noKey(line: 1)), ("A-B=1", .noKey(line: 1)),
        ("A=b # c", .unquotedComment(key: "A", line: 1)), ("A=\"b\" # c", .unquotedComment(key: "A", line: 1)),
        ("\nA=b\t#", .unquotedComment(key: "A", line: 2)), ("A=1\r\nB=2", .lineEnd(key: "A")),
        ("A=\u{0}", .nul(key: "A")),
    ])
    func refusesWhatTheInstallerRefuses(text: String, expected: AnswersFileError) {
        #expect(throws: expected) { try AnswersFile(parsing: text.utf8) }
    }

    @Test func refusesBytesThatAreNoText() {
        let bytes = Array("A=1\nB=".utf8) + [0xff, 0xfe]
        #expect(throws: AnswersFileError.notUTF8(key: "B", line: 2)) { try AnswersFile(parsing: bytes) }
        #expect(throws: AnswersFileError.tooLarge(limit: .mebibytes(1))) {
            try AnswersFile(parsing: [UInt8](repeating: 10, count: 1 << 20 + 1))
        }
    }

    @Test func readsWhatItWrote() throws {
        let pieces = [
            " ", "\t", "#", "=", "\"", "'", "a", "Ü", "\\", "$", "`", "e\u{301}", "\u{301}", "日", " #", "\u{85}",
            "\u{2028}", "\u{feff}", "\u{b}", "KEY=",
        ]
        var generator = SystemRandomNumberGenerator()
        for round in 0..<2000 {
            var answers = AnswersFile()
            var expected: [(String, [UInt8])] = []
            for index in 0..<Int.random(in: 0...6, using: &generator) {
                let lacking = Bool.random(using: &generator) ? "\"" : "'"
                let text = (0..<Int.random(in: 0...12, using: &generator))
                    .map { _ in pieces.filter { $0 != lacking }.randomElement(using: &generator) ?? "" }.joined()
                let key = ["K\(index)", "_k\(index)_PASSWORD"].randomElement(using: &generator) ?? ""
                try answers.set(key, to: Bool.random(using: &generator) ? .plain(text) : .secret(Secret(text)))
                expected.append((key, Array(text.utf8)))
            }
            let read = try AnswersFile(parsing: Array(answers.rendered().utf8))
            #expect(read.entries.map(\.key) == expected.map(\.0), "round \(round)")
            #expect(read.entries.map { Array($0.value.reveal().utf8) } == expected.map(\.1), "round \(round)")
            #expect(read.rendered() == answers.rendered())
        }
    }

    @Test func leavesSecretsOutOfLogs() throws {
        let answers = try AnswersFile(
            parsing: """
                KLDLOAD_DISTRO=debian
                KLDLOAD_PASSWORD=hunter2
                KLDLOAD_RHEL_KEY=k1
                KLDLOAD_SSH_PUBKEY=pub
                """.utf8)
        var all = answers
        try all.set("NOTE", to: .secret(Secret("hunter3")))
        try all.set("my_token", to: .plain("hunter4"))
        #expect(
            all.redacted == """
                KLDLOAD_DISTRO="debian"
                KLDLOAD_PASSWORD=<redacted>
                KLDLOAD_RHEL_KEY=<redacted>
                KLDLOAD_SSH_PUBKEY="pub"
                NOTE=<redacted>
                my_token=<redacted>

                """)
        #expect(!"\(all)".contains("hunter2"))
        #expect(!"\(all)".contains("hunter3"))
    }

    @Test(arguments: [
        ("KLDLOAD_EXPORT_SCP_PASS", true), ("KLDLOAD_ZFS_PASSPHRASE", true), ("KLDLOAD_WIFI_PSK", true),
        ("KLDLOAD_RHEL_USERNAME", true), ("X_PRIVATE_KEY", true), ("SSH_PUBKEY", false), ("KLDLOAD_USERNAME", false),
        ("KLDLOAD_ADMIN_SSH_KEYS", false),
    ])
    func knowsSecretsByTheirNames(key: String, isSecret: Bool) {
        #expect(AnswersFile.isSecretName(key) == isSecret)
    }
}
