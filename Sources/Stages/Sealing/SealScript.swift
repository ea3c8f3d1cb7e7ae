/// The shell program that does a seal's operations, those of one moment side by side, and tells of each.
///
/// Starting each by itself would take longer than the operations, and some wait for slow programs.
package struct SealScript: Sendable {
    private let operations: [SealOperation]
    private let place: SealOperation.Place
    private let account: SealedAccount

    /// The program of those of `operations` that can be done in `place`.
    package init(_ operations: [SealOperation], in place: SealOperation.Place, account: SealedAccount) {
        self.operations = operations.filter { $0.applies(to: place) }
        self.place = place
        self.account = account
    }

    /// All operations, one moment after the other, to the last word.
    package var whole: String {
        [preparation, datasets, calls(at: .running), calls(at: .shutdown), "end_seal\n"].joined(separator: "\n")
    }

    /// What the operations need: their words, what they are told, and a function for each.
    var preparation: String {
        let functions = operations.map { operation in
            "\(Self.function(operation))() {\n\(operation.script)\n}\n"
        }
        return """
            place=\(place.rawValue)
            \(String(decoding: PackageResources.seal_words_sh, as: UTF8.self))
            \(account.variables)
            \(functions.joined(separator: "\n"))
            """
    }

    /// Makes all datasets of a guest visible; nothing else can be done if that fails.
    var datasets: String {
        guard place == .guest else { return "" }
        return """
            mount_datasets || {
                echo "$mark failed mount-datasets"
                exit 1
            }
            """
    }

    /// Does the operations of `moment`.
    func calls(at moment: SealOperation.Moment) -> String {
        let operations = operations.filter { $0.moment == moment }
        return ["start", "finish"].flatMap { word in
            operations.map { "\(word) \($0.name) \(Self.function($0))\n" }
        }.joined()
    }

    private static func function(_ operation: SealOperation) -> String {
        "seal_\(operation.name.replacing("-", with: "_"))"
    }
}
