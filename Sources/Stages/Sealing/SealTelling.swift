internal import HostSystem

/// What a seal's script tells, taken line by line; `seal-words.sh` says how its lines look.
///
/// They come from a guest: whatever else stands in them is passed over, and no more is kept than a seal can have to say.
struct SealTelling {
    /// What an operation told.
    struct Account: Equatable {
        /// The things that it did; the first ones of many.
        var did: [String] = []
        /// How many things it did; nil while it has not ended.
        var count: Int?
    }

    private static let mark = "imagefactory-seal:"
    /// The most things that are kept of one operation.
    private static let limit = 50
    /// The most operations that are kept; a seal has fewer.
    private static let mostNames = 500

    /// What each operation told, by its name.
    private(set) var accounts: [String: Account] = [:]
    /// The operations that failed.
    private(set) var failed: [String] = []
    /// Whether the script came to its end, and nothing failed.
    private(set) var isDone = false

    /// Takes a line.
    ///
    /// - Returns: The name of the operation whose turn has come, if the line says so.
    @discardableResult
    mutating func read(_ line: String) -> String? {
        guard let mark = line.firstRange(of: Self.mark) else { return nil }
        let text = TerminalText.plain(line[mark.upperBound...].drop { $0 == " " })
        let fields = text.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false).map(String.init)
        guard accounts.count < Self.mostNames, failed.count < Self.mostNames else { return nil }
        switch (fields[0], fields.count) {
        case ("begin", 2...):
            accounts[fields[1], default: Account()] = Account()
            return fields[1]
        case ("did", 3):
            guard accounts[fields[1], default: Account()].did.count < Self.limit else { return nil }
            accounts[fields[1], default: Account()].did.append(fields[2])
        case ("end", 3): accounts[fields[1], default: Account()].count = Int(fields[2].prefix { $0.isNumber })
        case ("failed", 2...): failed.append(fields[1].filter { !$0.isWhitespace })
        case ("done", _): isDone = failed.isEmpty
        default: break
        }
        return nil
    }

    /// Makes sure that each of `operations` came to its end.
    ///
    /// - Throws: ``SealError`` for the first that failed, or that nothing is known of.
    func confirm(_ operations: [SealOperation], output: [String]) throws(SealError) {
        if let failed = failed.first { throw SealError(operation: failed, output: output) }
        for operation in operations where accounts[operation.name]?.count == nil {
            throw SealError(operation: operation.name, output: ["it did not say that it has ended"])
        }
    }
}
