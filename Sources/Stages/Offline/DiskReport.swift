internal import Foundation
internal import HostSystem
internal import SystemPackage

/// What was found on a disk, and what was done with it; `disk-report.json` beside the layer.
package struct DiskReport: Sendable, Codable, Equatable {
    /// A program's verdict.
    package struct Damage: Sendable, Codable, Equatable {
        /// The program, with its arguments.
        package let program: String
        /// What it said.
        package let message: String
    }

    /// A partition or logical volume.
    package struct Volume: Sendable, Codable, Equatable {
        /// Which one: `partition 1`, `logical volume vg-root`, `whole disk`.
        package let place: String
        /// Its size in bytes.
        package let size: Int64
        /// What it holds: `ext4`, `swap`, `unknown`.
        package let kind: String
        /// The partition's name in a GPT.
        package let name: String?
        /// The program that checked it.
        package var checkedBy: String?
        /// Why it was not checked.
        package var unchecked: String?
        /// What is wrong with it.
        package var damage: Damage?
        /// The free blocks or swap that became zeros, in bytes; they may have been zeros before.
        package var cleared: Int64?
        /// Why what is free on it was left as it is.
        package var leftOut: String?
    }

    /// The kind of the partition table: `gpt`, `dos`, `none`.
    package var table = "none"
    /// What is wrong with the two copies of a GPT.
    package var tableDamage: Damage?
    /// The volumes, in the order of the disk.
    package var volumes: [Volume] = []
    /// By how much the disk's data became less, in bytes; nil if it was not measured.
    package var reclaimed: Int64?

    static let fileName: FilePath.Component = "disk-report.json"

    /// Reads what the script in libguestfs's machine printed.
    ///
    /// - Throws: ``OfflineLookError`` when it did not come to its end, or says what it cannot.
    init(parsing text: String) throws(OfflineLookError) {
        var isComplete = false
        for line in text.split(whereSeparator: \.isNewline) {
            let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            isComplete = fields == ["end"]
            guard isComplete || read(fields) else {
                throw OfflineLookError(reason: "it printed '\(line.prefix(200))', which is none of its words")
            }
        }
        guard isComplete else { throw OfflineLookError(reason: "it did not come to its end") }
    }

    private mutating func read(_ fields: [String]) -> Bool {
        let last = volumes.indices.last
        switch (fields[0], fields.count, last) {
        case ("table", 2, _): table = fields[1]
        case ("backup", 2, _): break
        case ("backup", 3, _): tableDamage = Damage(program: "sgdisk -v", message: fields[2])
        case ("volume", 5, _):
            guard let size = Int64(fields[2]) else { return false }
            volumes.append(
                Volume(place: fields[1], size: size, kind: fields[3], name: fields[4].isEmpty ? nil : fields[4]))
        case ("checked", 2, let last?): volumes[last].checkedBy = fields[1]
        case ("unchecked", 2, let last?): volumes[last].unchecked = fields[1]
        case ("damaged", 3, let last?): volumes[last].damage = Damage(program: fields[1], message: fields[2])
        case ("reclaimed", 2, let last?):
            guard let bytes = Int64(fields[1]) else { return false }
            volumes[last].cleared = bytes
        case ("kept", 2, let last?): volumes[last].leftOut = fields[1]
        default: return false
        }
        return true
    }

    /// Whether something is damaged.
    var isDamaged: Bool { tableDamage != nil || volumes.contains { $0.damage != nil } }

    /// - Throws: ``DiskDamageError`` for the first thing that is damaged.
    func refuseDamage() throws(DiskDamageError) {
        if let tableDamage { throw DiskDamageError.partitionTable(tableDamage) }
        for volume in volumes {
            if let damage = volume.damage { throw DiskDamageError.fileSystem(volume, damage) }
        }
    }

    /// What somebody who watches should know, a line each.
    var remarks: [String] {
        var remarks = volumes.flatMap { volume in
            [
                volume.unchecked.map { "\(volume) is not checked: \($0)" },
                volume.leftOut.map { "the free space of \(volume) stays as it is: \($0)" },
            ].compactMap(\.self)
        }
        if let reclaimed { remarks.append("\(ByteCount(reclaimed)) of its data were unused and are left out") }
        return remarks
    }

    /// The report in a layer's folder; nil for a layer that was made otherwise.
    static func load(from folder: FilePath) throws -> DiskReport? {
        let file = folder.appending(fileName)
        return file.exists ? try JSONDecoder().decode(DiskReport.self, from: Data(file.readBytes())) : nil
    }

    /// Writes the report into a layer's folder.
    func save(in folder: FilePath) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        try folder.appending(Self.fileName).write(try encoder.encode(self))
    }
}

extension DiskReport.Volume: CustomStringConvertible {
    package var description: String { "\(place)\(name.map { " '\($0)'" } ?? "") (\(kind))" }
}
