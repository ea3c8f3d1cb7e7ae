internal import Foundation
internal import HostSystem
package import SystemPackage

/// What each operation of a seal did, for the release's evidence; `seal-report.json` beside the layer.
package struct SealReport: Sendable, Codable, Equatable {
    /// How an operation ended.
    package enum Outcome: String, Sendable, Codable {
        /// It removed or reset something.
        case done
        /// There was nothing that it could have removed.
        case nothingToDo = "nothing to do"
        /// It cannot be done in this place: it needs the running system, or one that is off.
        case notHere = "not here"
    }

    /// An operation and what it did.
    package struct Entry: Sendable, Codable, Equatable {
        /// The operation's name.
        package let name: String
        /// What it removes or resets.
        package let summary: String
        /// Why that must not be in an image.
        package let reason: String
        /// When it is done.
        package let moment: SealOperation.Moment
        /// How it ended.
        package let outcome: Outcome
        /// The things that it did; the first ones of many.
        package let did: [String]
        /// How many things it did beside those.
        package let more: Int
    }

    static let fileName: FilePath.Component = "seal-report.json"

    /// The operations in the catalogue's order.
    package let operations: [Entry]

    /// The report of `operations`, which were done in `place`, by what they told; `shown` hides what nobody may see.
    init(
        _ operations: [SealOperation], in place: SealOperation.Place, telling: SealTelling,
        shown: (String) -> String = { $0 }
    ) {
        self.operations = operations.map { operation in
            let account = telling.accounts[operation.name] ?? SealTelling.Account()
            let count = account.count ?? 0
            let outcome: Outcome = count > 0 ? .done : operation.applies(to: place) ? .nothingToDo : .notHere
            return Entry(
                name: operation.name, summary: operation.summary, reason: operation.reason, moment: operation.moment,
                outcome: outcome, did: account.did.map(shown), more: max(0, count - account.did.count))
        }
    }

    private init(_ entries: [Entry]) {
        operations = entries
    }

    /// This report, with the entries of `later` in place of its own where that has some.
    func completed(by later: SealReport) -> SealReport {
        let entries = Dictionary(later.operations.map { ($0.name, $0) }) { first, _ in first }
        return SealReport(operations.map { entries[$0.name] ?? $0 })
    }

    /// How many operations did something, and how many had nothing to do.
    package var title: String {
        let done = operations.count { $0.outcome == .done }
        let idle = operations.count { $0.outcome == .nothingToDo }
        return "\(done) of \(operations.count) operations did something, \(idle) had nothing to do"
    }

    /// Reads the report in a layer's folder.
    package static func load(from folder: FilePath) throws -> SealReport {
        try JSONDecoder().decode(
            SealReport.self, from: Data(try folder.appending(fileName).readBytes(limit: .mebibytes(4))))
    }

    /// Writes the report into a layer's folder.
    func save(in folder: FilePath) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        try folder.appending(Self.fileName).write(try encoder.encode(self))
    }
}
