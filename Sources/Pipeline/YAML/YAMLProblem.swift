/// One thing that is wrong in a file of the user's, where, and what to do about it.
package struct YAMLProblem: Sendable, Hashable, Encodable, CustomStringConvertible {
    /// Where it stands.
    package let place: YAMLPlace
    /// What is wrong there, and what was expected.
    package let message: String
    /// What to write instead; nil where there is nothing better to say than the message.
    package let suggestion: String?

    /// A problem at `place`.
    package init(at place: YAMLPlace, _ message: String, suggestion: String? = nil) {
        self.place = place
        self.message = message
        self.suggestion = suggestion
    }

    package var description: String {
        "\(place): \(message)" + (suggestion.map { "; \($0)" } ?? "")
    }
}

/// All problems of the files that were read, in the order of their places.
package struct YAMLError: Error, CustomStringConvertible {
    /// The problems, never none.
    package let problems: [YAMLProblem]

    /// An error from `problems`, sorted and without repetitions.
    package init(_ problems: [YAMLProblem]) {
        var seen: Set<YAMLProblem> = []
        self.problems = problems.filter { seen.insert($0).inserted }.sorted { $0.place < $1.place }
    }

    package var description: String {
        problems.map(\.description).joined(separator: "\n")
    }
}
