/// A number of bytes, written `40GiB`, `512MiB` or `4096`.
package struct ByteCount: Sendable, Hashable, Comparable, Codable, CustomStringConvertible {
    /// The number itself; never negative when made by ``init(parsing:)``.
    package var bytes: Int64

    /// A count of `bytes`.
    package init(_ bytes: Int64) {
        self.bytes = bytes
    }

    /// `count` times 2^30 bytes.
    package static func gibibytes(_ count: Int64) -> ByteCount { ByteCount(count << 30) }
    /// `count` times 2^20 bytes.
    package static func mebibytes(_ count: Int64) -> ByteCount { ByteCount(count << 20) }

    /// Reads `40GiB`, `512 MiB`, `4096`; the units are binary, from `KiB` to `TiB`, and `B`.
    package init(parsing text: String) throws(ByteCountError) {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        let unit = text.dropFirst(digits.count).drop { $0 == " " }
        guard let shift = Self.shifts[String(unit)], let count = Int64(digits) else { throw ByteCountError(text: text) }
        let (bytes, overflow) = count.multipliedReportingOverflow(by: 1 << Int64(shift))
        guard !overflow else { throw ByteCountError(text: text) }
        self.bytes = bytes
    }

    package static func < (left: ByteCount, right: ByteCount) -> Bool { left.bytes < right.bytes }

    /// The count in the largest unit that leaves it readable: `1.5 GiB`.
    package var description: String {
        for (unit, shift) in [("TiB", 40), ("GiB", 30), ("MiB", 20), ("KiB", 10)] where bytes >= 1 << Int64(shift) {
            let whole = bytes >> Int64(shift)
            let tenth = ((bytes - (whole << Int64(shift))) * 10) >> Int64(shift)
            return tenth == 0 ? "\(whole) \(unit)" : "\(whole).\(tenth) \(unit)"
        }
        return "\(bytes) B"
    }

    private static let shifts = ["": 0, "B": 0, "KiB": 10, "MiB": 20, "GiB": 30, "TiB": 40]
}

/// A size that cannot be read.
package struct ByteCountError: Error, CustomStringConvertible {
    /// The text as it was written.
    package let text: String

    package var description: String {
        "'\(text)' is not a size; write a whole number and a unit, such as 40GiB or 512MiB"
    }
}
