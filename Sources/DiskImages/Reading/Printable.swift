extension String {
    /// A word of a file as it is quoted in an error: in quotation marks, its first 64 characters, nothing that would move
    /// a terminal's cursor.
    var printable: String {
        let shown = unicodeScalars.prefix(64).map { $0.isPrintable ? Character($0) : "?" }
        return "'\(String(shown))\(unicodeScalars.count > 64 ? "…" : "")'"
    }
}

extension Unicode.Scalar {
    /// Whether it is shown as itself, and moves nothing.
    var isPrintable: Bool {
        switch properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .unassigned, .privateUse: false
        default: true
        }
    }
}
