internal import Foundation

/// Holds values to the vendor's schema, as its own checker does.
///
/// Parameters come as texts, so a number may be written as one; a reply must have the very type that is documented.
struct SchemaCheck {
    /// How types are judged.
    enum Strictness {
        /// As Perl does: a text of digits is a number.
        case lenient
        /// As JSON has them.
        case strict
    }

    private let strictness: Strictness
    private(set) var problems: [SchemaProblem] = []

    private init(_ strictness: Strictness) {
        self.strictness = strictness
    }

    /// What is wrong with a request's parameters.
    static func problems(withParameters parameters: [String: JSON], _ schema: SchemaNode) -> [SchemaProblem] {
        var check = SchemaCheck(.lenient)
        check.checkFields(parameters, schema, at: "")
        return check.problems
    }

    /// What is wrong with a reply.
    static func problems(withReply reply: JSON, _ schema: SchemaNode) -> [SchemaProblem] {
        if schema.isOptional, reply == .null { return [] }
        var check = SchemaCheck(.strict)
        check.check(reply, schema, at: "")
        return check.problems
    }

    /// Notes a problem; the first one of a place is enough.
    private mutating func report(_ message: String, at place: String) {
        guard !problems.contains(where: { $0.place == place }) else { return }
        problems.append(SchemaProblem(place: place, message: message))
    }

    private mutating func check(_ value: JSON, _ schema: SchemaNode, at place: String) {
        switch schema.type {
        case "object":
            guard let fields = value.fields else { return report("type check ('object') failed", at: place) }
            checkFields(fields, schema, at: place)
        case "array":
            checkItems(value, schema, at: place)
        case "null":
            if value != .null { report("type check ('null') failed", at: place) }
        default:
            checkScalar(value, schema, at: place)
        }
    }

    private mutating func checkFields(_ fields: [String: JSON], _ schema: SchemaNode, at place: String) {
        let prefix = place.isEmpty ? "" : place + "."
        for (key, value) in fields.sorted(by: { $0.key < $1.key }) {
            guard let property = schema.property(key) else {
                if schema.others == .refused {
                    report(
                        "property is not defined in schema and the schema does not allow additional properties",
                        at: prefix + key)
                }
                continue
            }
            check(value, property, at: prefix + key)
            if let needed = property.requires, fields[needed] == nil {
                report("missing property - '\(key)' requires this property", at: prefix + needed)
            }
        }
        for (key, property) in schema.properties.sorted(by: { $0.key < $1.key })
        where !property.isOptional && !key.hasSuffix("[n]") && fields[key] == nil {
            report("property is missing and it is not optional", at: prefix + key)
        }
    }

    private mutating func checkItems(_ value: JSON, _ schema: SchemaNode, at place: String) {
        // A list of one is sent as one parameter.
        let list = value.list ?? (strictness == .lenient ? [value] : nil)
        guard let list else { return report("type check ('array') failed", at: place) }
        guard let item = schema.items.first else { return }
        for (index, value) in list.enumerated() { check(value, item, at: "\(place)[\(index)]") }
    }

    private mutating func checkScalar(_ value: JSON, _ schema: SchemaNode, at place: String) {
        guard let text = value.text, hasType(value, schema.type) else {
            let type = schema.type ?? "scalar"
            return report("type check ('\(type)') failed - got '\(value.text ?? "a structure")'", at: place)
        }
        if let values = schema.values, !values.contains(text) {
            let words = values.joined(separator: ", ")
            report("value '\(text)' does not have a value in the enumeration '\(words)'", at: place)
        }
        if let pattern = schema.pattern, !text.matches(wholly: pattern) {
            report("value does not match the regex pattern", at: place)
        }
        if let maximum = schema.maximumLength, text.count > maximum {
            report("value may only be \(maximum) characters long", at: place)
        }
        if let minimum = schema.minimumLength, text.count < minimum {
            report("value must be at least \(minimum) characters long", at: place)
        }
        if let number = Double(text), ["integer", "number"].contains(schema.type) {
            if let minimum = schema.minimum, number < minimum {
                report("value must have a minimum value of \(minimum.formatted)", at: place)
            }
            if let maximum = schema.maximum, number > maximum {
                report("value must have a maximum value of \(maximum.formatted)", at: place)
            }
        }
        checkFormat(text, schema, at: place)
    }

    private mutating func checkFormat(_ text: String, _ schema: SchemaNode, at place: String) {
        switch schema.format {
        case nil: break
        case .named(let name):
            if let complaint = VendorFormat.complaint(about: text, named: name) {
                report("invalid format - \(complaint)", at: place)
            }
        case .properties(let keys):
            do {
                let fields = try PropertyString.parse(text, keys: keys)
                var check = SchemaCheck(.lenient)
                for (key, value) in fields { keys[key].map { check.check(.string(value), $0, at: key) } }
                for (key, property) in keys
                where !property.isOptional && property.alias == nil && fields[key] == nil {
                    check.report("property is missing and it is not optional", at: key)
                }
                for problem in check.problems { report("invalid format - format error\n\(problem)", at: place) }
            } catch {
                report("invalid format - \(error)", at: place)
            }
        }
    }

    private func hasType(_ value: JSON, _ type: String?) -> Bool {
        let text = value.text ?? ""
        return switch (type, strictness) {
        case ("integer", .lenient): text.wholeMatch(of: /[+-]?[0-9]+/) != nil
        case ("number", .lenient): Double(text) != nil
        case ("boolean", .lenient): text.lowercased().wholeMatch(of: /1|on|yes|true|0|off|no|false/) != nil
        case ("integer", .strict): value.isInteger
        case ("number", .strict):
            switch value {
            case .integer, .number: true
            default: false
            }
        case ("boolean", .strict): value == .integer(0) || value == .integer(1)
        case ("string", .strict): value.isString
        default: true
        }
    }
}

extension JSON {
    fileprivate var isInteger: Bool { if case .integer = self { true } else { false } }
    fileprivate var isString: Bool { if case .string = self { true } else { false } }
}

extension Double {
    /// The number without a fraction that says nothing.
    fileprivate var formatted: String { self == rounded() ? String(Int(self)) : String(self) }
}

extension String {
    /// Whether the whole text matches a pattern that is known only at run time.
    func matches(wholly pattern: String) -> Bool {
        guard let expression = try? NSRegularExpression(pattern: "\\A(?:\(pattern))\\z") else { return false }
        return expression.firstMatch(in: self, range: NSRange(startIndex..., in: self)) != nil
    }
}
