extension Unicode.Scalar {
    /// Whether every program shows it as it is: it neither controls nor reorders nor hides anything.
    package var isShown: Bool {
        switch properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .surrogate, .unassigned: false
        default: true
        }
    }
}

/// Text that a terminal shows as text: what comes from a guest must not move the cursor or change colours.
package enum TerminalText {
    /// `text` on one line, without control characters and without marks that reorder what follows them.
    package static func plain(_ text: some StringProtocol) -> String {
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar.properties.generalCategory {
            case _ where scalar.isShown: result.append(scalar)
            case .control, .lineSeparator, .paragraphSeparator: result.append(" ")
            default: continue
            }
        }
        return String(result)
    }

    /// The start of `text` that fits into `columns`.
    package static func cut(_ text: String, to columns: Int) -> String {
        var left = columns
        return String(
            text.prefix { character in
                left -= width(of: character)
                return left >= 0
            })
    }

    /// How many columns `text` takes.
    package static func width(of text: String) -> Int {
        text.reduce(0) { $0 + width(of: $1) }
    }

    /// 2 for the wide characters of East Asia and for pictures, 0 for marks alone, 1 for all others.
    private static func width(of character: Character) -> Int {
        guard let scalar = character.unicodeScalars.first else { return 0 }
        if scalar.properties.isEmojiPresentation { return 2 }
        switch scalar.value {
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xA000...0xA4CF,
            0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x20000...0x3FFFD:
            return 2
        default:
            return scalar.properties.generalCategory == .nonspacingMark ? 0 : 1
        }
    }
}
