package import Foundation

/// Times as the factory writes them: UTC, sortable as text.
package enum UTCStamp {
    /// `20261123T044512Z`, for names of files.
    package static func compact(_ date: Date) -> String {
        let parts = parts(of: date)
        return String(
            format: "%04d%02d%02dT%02d%02d%02dZ", parts.year ?? 0, parts.month ?? 0, parts.day ?? 0, parts.hour ?? 0,
            parts.minute ?? 0, parts.second ?? 0)
    }

    /// `2026-11-23T04:45:12.345Z`, RFC 3339 with milliseconds.
    package static func full(_ date: Date) -> String {
        let parts = parts(of: date)
        return String(
            format: "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", parts.year ?? 0, parts.month ?? 0, parts.day ?? 0,
            parts.hour ?? 0, parts.minute ?? 0, parts.second ?? 0, (parts.nanosecond ?? 0) / 1_000_000)
    }

    /// The seconds since 1970 of a time that ``full(_:)`` wrote; nil for another text.
    package static func seconds(_ text: String) -> Double? {
        let formatter = ISO8601DateFormatter()
        formatter.formatOptions = [.withInternetDateTime, .withFractionalSeconds]
        return formatter.date(from: text)?.timeIntervalSince1970
    }

    private static func parts(of date: Date) -> DateComponents {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = TimeZone.gmt
        return calendar.dateComponents([.year, .month, .day, .hour, .minute, .second, .nanosecond], from: date)
    }
}
