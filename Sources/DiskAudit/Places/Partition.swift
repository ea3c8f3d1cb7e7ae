internal import Foundation
internal import HostSystem
internal import SystemPackage

/// A partition of a disk.
struct Partition: Equatable {
    /// How it is called in reports: `partition 2`, `whole disk`.
    let name: String
    /// Its bytes.
    let range: Range<Int64>

    /// The partitions in a raw file; a disk without a table is one of its own.
    static func all(of raw: FilePath) async throws -> [Partition] {
        struct Output: Decodable {
            struct Table: Decodable {
                struct Entry: Decodable {
                    let node: String
                    let start: Int64
                    let size: Int64
                }
                let sectorsize: Int64?
                let partitions: [Entry]?
            }
            let partitiontable: Table
        }
        let text: ProgramOutput
        do {
            text = try await Program.run("sfdisk", ["--json", raw.string], deadline: .seconds(60))
        } catch ProgramError.failed {
            return [Partition(name: "whole disk", range: 0..<Int64.max)]
        }
        let table = try JSONDecoder().decode(Output.self, from: Data(text.standardOutput)).partitiontable
        let sector = table.sectorsize ?? 512
        return (table.partitions ?? []).compactMap { entry in
            let number = String(entry.node.dropFirst(raw.string.count).drop { !$0.isNumber })
            let (start, size) = (
                entry.start.multipliedReportingOverflow(by: sector), entry.size.multipliedReportingOverflow(by: sector)
            )
            guard !start.overflow, !size.overflow, start.partialValue >= 0, size.partialValue > 0 else { return nil }
            let end = start.partialValue.addingReportingOverflow(size.partialValue)
            return end.overflow
                ? nil : Partition(name: "partition \(number)", range: start.partialValue..<end.partialValue)
        }
    }
}
