package import SystemPackage

/// Where something stands in a file: `templates/web.yaml:12:5`.
package struct YAMLPlace: Sendable, Hashable, Comparable, Encodable, CustomStringConvertible {
    /// The file, as people know it: relative to the folder that holds `templates/`.
    package let file: FilePath
    /// The line, from 1.
    package let line: Int
    /// The column in characters, from 1.
    package let column: Int

    /// A place in `file`.
    package init(file: FilePath, line: Int, column: Int) {
        self.file = file
        self.line = line
        self.column = column
    }

    package var description: String { "\(file):\(line):\(column)" }

    package func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: CodingKeys.self)
        try fields.encode(file.string, forKey: .file)
        try fields.encode(line, forKey: .line)
        try fields.encode(column, forKey: .column)
    }

    private enum CodingKeys: String, CodingKey {
        case file, line, column
    }

    package static func < (left: YAMLPlace, right: YAMLPlace) -> Bool {
        (left.file.string, left.line, left.column) < (right.file.string, right.line, right.column)
    }
}

/// A value and where it was written, for errors that are found later.
package struct Placed<Value> {
    /// The value.
    package let value: Value
    /// Where it stands.
    package let place: YAMLPlace

    /// `value`, written at `place`.
    package init(_ value: Value, at place: YAMLPlace) {
        self.value = value
        self.place = place
    }
}

extension Placed: Sendable where Value: Sendable {}
extension Placed: Equatable where Value: Equatable {}
