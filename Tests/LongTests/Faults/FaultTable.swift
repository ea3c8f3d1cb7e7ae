import HostSystem
import Machines
import Pipeline

/// What became of the faults of a catalogue.
struct FaultTable: CustomStringConvertible {
    /// What became of one.
    struct Row: Sendable, CustomStringConvertible {
        /// The fault.
        let fault: Fault
        /// The verdict; nil if the fault could not be made.
        let verdict: FaultVerdict?
        /// What there is to be said beside that.
        var remark = ""

        /// Whether the cause that was named is the right one.
        var isRight: Bool { verdict?.cause == fault.cause.rawValue }

        /// The time from the fault to the verdict in seconds.
        var seconds: Double? { verdict?.delay.map { max(0, $0.seconds) } }

        var description: String {
            let time = seconds.map { String(($0 * 10).rounded() / 10) } ?? "-"
            let cells = [
                (isRight ? "" : "WRONG ") + fault.name, fault.cause.rawValue,
                verdict.map { $0.cause ?? "(no name)" } ?? "(not made)", fault.evidence.rawValue,
                time, remark,
            ]
            return FaultTable.line(cells)
        }
    }

    /// The rows.
    var rows: [Row] = []

    private static let header = line(["fault", "cause wanted", "cause named", "evidence", "seconds", ""])

    private static func line(_ cells: [String]) -> String {
        zip(cells, [36, 20, 20, 10, 8, 0]).map { cell, width in
            cell + String(repeating: " ", count: max(1, width - cell.count))
        }.joined()
    }

    /// The rows that count: faults that were made, and whose words are the real ones.
    var counted: [Row] { rows.filter { $0.verdict != nil && $0.fault.evidence != .text } }

    /// The part of those that count whose cause is right.
    var rightPart: Double {
        counted.isEmpty ? 0 : Double(counted.filter(\.isRight).count) / Double(counted.count)
    }

    /// The median of the seconds from the fault to the verdict, of the faults that leave so much; nil if there are none.
    func median(of evidence: Fault.Evidence) -> Double? {
        let times = counted.filter { $0.fault.evidence == evidence }.compactMap(\.seconds).sorted()
        guard !times.isEmpty else { return nil }
        return (times[(times.count - 1) / 2] + times[times.count / 2]) / 2
    }

    var description: String {
        let medians = [Fault.Evidence.some, .none].compactMap { evidence in
            median(of: evidence).map { "median for evidence '\(evidence.rawValue)': \(($0 * 10).rounded() / 10) s" }
        }
        let right = "\(counted.filter(\.isRight).count) of \(counted.count) right"
        return ([Self.header] + rows.map(\.description) + [right] + medians).joined(separator: "\n")
    }
}
