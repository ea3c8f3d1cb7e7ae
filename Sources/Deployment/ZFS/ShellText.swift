/// Text for a POSIX shell.
enum ShellText {
    /// Words as one command line, of which each arrives as it is.
    static func quoted(_ words: [String]) -> String {
        words.map(quoted).joined(separator: " ")
    }

    private static func quoted(_ word: String) -> String {
        "'\(word.replacing("'", with: "'\\''"))'"
    }
}
