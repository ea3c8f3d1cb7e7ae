internal import Foundation
internal import HostSystem
internal import Pipeline

/// What the scripts `mount-system.sh` and `collect-inventory.sh` print in libguestfs's small machine.
struct SystemWords {
    /// The volumes that were looked at for a system: `/dev/sda2 (ext4)`.
    private(set) var volumes: [String] = []
    /// What of the system's table of file systems is not mounted, and why.
    private(set) var left: [(point: String, why: String)] = []
    /// What was done, and how long it took.
    private(set) var steps: [(name: String, duration: Duration)] = []

    /// Whether there is a system on the disk.
    private(set) var hasSystem = false

    /// - Throws: ``OfflineLookError`` when the scripts did not come to their end, or say what they cannot.
    init(parsing text: String) throws(OfflineLookError) {
        var last: [String] = []
        for line in text.split(whereSeparator: \.isNewline) {
            last = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            guard read(last) else {
                throw OfflineLookError(reason: "it printed '\(line.prefix(200))', which is none of its words")
            }
        }
        guard last == ["end"] || last == ["none"] else { throw OfflineLookError(reason: "it did not come to its end") }
        hasSystem = last == ["end"]
    }

    private mutating func read(_ fields: [String]) -> Bool {
        switch (fields[0], fields.count) {
        case ("volume", 3): volumes.append("\(fields[1]) (\(fields[2]))")
        case ("mounted", 4): break
        case ("left", 3): left.append((fields[1], fields[2]))
        case ("took", 3):
            guard let hundredths = Int64(fields[2]), hundredths >= 0 else { return false }
            steps.append((fields[1], .milliseconds(hundredths.multipliedReportingOverflow(by: 10).partialValue)))
        case ("end", 1), ("none", 1): break
        default: return false
        }
        return true
    }

    /// The parts of the system that were not looked at: `/srv (UUID=1 is not on the disk)`.
    var unseen: [String] { left.map { "\($0.point) (\($0.why))" } }

    /// What somebody who watches should know, a line each.
    var remarks: [String] {
        let long = steps.filter { $0.duration >= .milliseconds(500) }
        let times = long.map { "\($0.name) \(String(format: "%.1fs", Double($0.duration.milliseconds) / 1000))" }
            .joined(separator: ", ")
        return left.map { "\($0.point) is not looked at: \($0.why)" }
            + (long.isEmpty ? [] : ["listing what is on the disk took: \(times)"])
    }
}
