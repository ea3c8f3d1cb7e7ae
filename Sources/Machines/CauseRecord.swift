internal import Foundation

/// A failure as a program reads it, in `bundle/cause.json`.
///
/// ```
/// {"advice":"…","cause":"kernel-panic","collected":"2026-11-26T04:12:31Z","evidence":["…"],"failed":"2026-11-26T04:12:30Z",
///  "machine":"if-a1b2c3-build","message":"…","summary":"…"}
/// ```
struct CauseRecord: Codable, Equatable {
    /// The cause's name; nil for a failure that has none.
    let cause: String?
    /// What went wrong, as a sentence; nil without a cause.
    let summary: String?
    /// The lines that show it, the most telling first.
    let evidence: [String]
    /// The one thing to do next; nil without a cause.
    let advice: String?
    /// The whole message for people.
    let message: String
    /// The machine's name.
    let machine: String
    /// When the failure was known, RFC 3339 in UTC.
    let failed: String
    /// When everything that could be had was saved.
    private(set) var collected: String?

    init(_ error: any Error, machine: String, redactor: Redactor, at date: Date = Date()) {
        let failure = error as? MachineFailure
        cause = failure?.cause.rawValue
        summary = failure?.cause.summary
        evidence = failure?.evidence.map(redactor.text) ?? []
        advice = failure?.cause.nextStep
        message = redactor.text("\(error)")
        self.machine = machine
        failed = date.formatted(.iso8601)
    }

    /// Notes that all is saved.
    mutating func noteCollected(at date: Date = Date()) {
        collected = date.formatted(.iso8601)
    }

    var json: [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return Array((try? encoder.encode(self)) ?? Data()) + [0x0A]
    }
}
