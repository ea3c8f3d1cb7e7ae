extension String {
    /// The text as a part of an address (RFC 3986, 2.1): letters, digits, `.-_~` and what is in `kept` stand for themselves.
    package func percentEncoded(keeping kept: String = "") -> String {
        utf8.reduce(into: "") { text, byte in
            let scalar = UnicodeScalar(byte)
            if scalar.isASCII, scalar.properties.isAlphabetic || "0123456789.-_~\(kept)".unicodeScalars.contains(scalar)
            {
                text.unicodeScalars.append(scalar)
            } else {
                text += (byte < 16 ? "%0" : "%") + String(byte, radix: 16, uppercase: true)
            }
        }
    }
}
