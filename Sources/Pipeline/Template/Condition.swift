/// When a provisioning step is done: `profile != core and (distro == debian or distro == fedora)`.
///
/// Names are answers in lower case without `KLDLOAD_`; `and` binds tighter than `or`.
package indirect enum Condition: Sendable, Equatable {
    /// The answer `name` is `value`.
    case equal(name: String, value: String)
    /// The answer `name` is not `value`.
    case unequal(name: String, value: String)
    /// Both hold.
    case both(Condition, Condition)
    /// At least one holds.
    case either(Condition, Condition)

    /// Whether it holds, with the values that `lookup` gives; a name without a value equals nothing.
    package func holds(_ lookup: (String) -> String?) -> Bool {
        switch self {
        case .equal(let name, let value): lookup(name) == value
        case .unequal(let name, let value): lookup(name) != value
        case .both(let left, let right): left.holds(lookup) && right.holds(lookup)
        case .either(let left, let right): left.holds(lookup) || right.holds(lookup)
        }
    }

    /// Whether it holds for the answers of a template.
    package func holds(for answers: Template.Answers) -> Bool {
        holds(answers.condition)
    }

    /// Every name in it.
    package var names: Set<String> {
        switch self {
        case .equal(let name, _), .unequal(let name, _): [name]
        case .both(let left, let right), .either(let left, let right): left.names.union(right.names)
        }
    }

    /// Reads a condition.
    package init(parsing text: String) throws(ConditionError) {
        var parser = ConditionParser(tokens: try ConditionParser.tokens(of: text))
        self = try parser.alternatives(depth: 0)
        if let rest = parser.tokens.first { throw ConditionError(message: "'\(rest)' is one word too many") }
    }
}

/// A condition that cannot be read.
package struct ConditionError: Error, CustomStringConvertible {
    /// What is wrong with it.
    package let message: String

    package var description: String { message }
}

extension Template.Answers {
    /// The value of a name in a condition.
    package func condition(_ name: String) -> String? {
        switch name {
        case "profile": profile
        default: self["KLDLOAD_" + name.uppercased()]
        }
    }
}

/// A reader of conditions by recursive descent.
private struct ConditionParser {
    var tokens: ArraySlice<String>

    init(tokens: [String]) {
        self.tokens = tokens[...]
    }

    /// The most words and signs of a condition: whatever works on one works inwards, a call for each part.
    private static let limit = 200

    static func tokens(of text: String) throws(ConditionError) -> [String] {
        var tokens: [String] = []
        var rest = text[...]
        while let character = rest.first {
            guard tokens.count < limit || character == " " else {
                throw ConditionError(message: "it has more than \(limit) words and signs")
            }
            if character == " " {
                rest.removeFirst()
            } else if character == "(" || character == ")" {
                tokens.append(String(rest.removeFirst()))
            } else if rest.hasPrefix("==") || rest.hasPrefix("!=") {
                tokens.append(String(rest.prefix(2)))
                rest = rest.dropFirst(2)
            } else {
                let word = rest.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || "._-".contains($0)) }
                guard !word.isEmpty else { throw ConditionError(message: "'\(character)' cannot stand in a condition") }
                tokens.append(String(word))
                rest = rest.dropFirst(word.count)
            }
        }
        return tokens
    }

    mutating func alternatives(depth: Int) throws(ConditionError) -> Condition {
        var condition = try conjunction(depth: depth)
        while tokens.first == "or" {
            tokens.removeFirst()
            condition = .either(condition, try conjunction(depth: depth))
        }
        return condition
    }

    mutating func conjunction(depth: Int) throws(ConditionError) -> Condition {
        var condition = try comparison(depth: depth)
        while tokens.first == "and" {
            tokens.removeFirst()
            condition = .both(condition, try comparison(depth: depth))
        }
        return condition
    }

    mutating func comparison(depth: Int) throws(ConditionError) -> Condition {
        if tokens.first == "(" {
            guard depth < 16 else { throw ConditionError(message: "too many parentheses") }
            tokens.removeFirst()
            let condition = try alternatives(depth: depth + 1)
            guard tokens.popFirst() == ")" else { throw ConditionError(message: "a ')' is missing") }
            return condition
        }
        let name = try word("a name, such as profile")
        guard let sign = tokens.popFirst(), sign == "==" || sign == "!=" else {
            throw ConditionError(message: "'\(name)' must be followed by == or !=")
        }
        let value = try word("a value after '\(name) \(sign)'")
        return sign == "==" ? .equal(name: name, value: value) : .unequal(name: name, value: value)
    }

    mutating func word(_ expected: String) throws(ConditionError) -> String {
        guard let token = tokens.popFirst() else {
            throw ConditionError(message: "it ends where \(expected) must stand")
        }
        guard !["(", ")", "==", "!=", "and", "or"].contains(token) else {
            throw ConditionError(message: "'\(token)' stands where \(expected) must stand")
        }
        return token
    }
}
