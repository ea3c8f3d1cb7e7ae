extension String {
    /// The text with a replacement for each character that XML 1.0 cannot hold in any form; guests print such ones.
    package var printableInXML: String {
        String(String.UnicodeScalarView(unicodeScalars.map { $0.isXML ? $0 : "\u{FFFD}" }))
    }
}

extension Unicode.Scalar {
    fileprivate var isXML: Bool {
        value >= 0x20 ? value != 0xFFFE && value != 0xFFFF : self == "\t" || self == "\n" || self == "\r"
    }
}
