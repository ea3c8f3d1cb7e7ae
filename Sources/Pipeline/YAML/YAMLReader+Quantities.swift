package import HostSystem

extension YAMLReader {
    /// A size such as `40GiB`.
    package func byteCount(_ node: YAMLNode, named name: String) -> ByteCount? {
        guard case .scalar(let text, _) = node.content, let count = try? ByteCount(parsing: text), count.bytes > 0
        else {
            mismatch(node, of: name, expected: "a size, such as 40GiB or 512MiB")
            return nil
        }
        return count
    }

    /// A time such as `90s`, `10min` or `1h`.
    package func duration(_ node: YAMLNode, named name: String) -> Duration? {
        guard case .scalar(let text, _) = node.content, let duration = Duration(parsing: text) else {
            mismatch(node, of: name, expected: "a time, such as 90s, 10min or 1h")
            return nil
        }
        return duration
    }
}

extension Duration {
    /// Reads `90s`, `10min`, `1h`, `7d`: a whole number above 0 and a unit; nil for anything else and above 365 days.
    package init?(parsing text: String) {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        let units: [Substring: Int] = ["s": 1, "min": 60, "h": 3600, "d": 86400]
        guard let count = Int(digits), let seconds = units[text.dropFirst(digits.count)], count > 0,
            count <= 365 * 86400 / seconds
        else { return nil }
        self = .seconds(count * seconds)
    }
}
