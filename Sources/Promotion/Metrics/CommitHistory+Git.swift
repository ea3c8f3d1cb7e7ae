internal import Foundation
internal import HostSystem

extension CommitHistory {
    /// All that a repository knows of the commits that the placements of some ledgers point to, with their ancestors; read
    /// in one go, up to some 700,000 commits.
    ///
    /// - Throws: `ProgramError`.
    package static func read(for ledgers: [SeriesLedger], in repository: Repository) async throws -> CommitHistory {
        let tips = Set(ledgers.flatMap { $0.channels.values.joined().map(\.tag.commit) })
        guard try await repository.git(["rev-parse", "--is-shallow-repository"]).text == "false" else {
            return .shallow
        }
        // What somebody put in a commit's place is not what was deployed.
        let output = try await repository.git(
            ["--no-replace-objects", "rev-list", "--timestamp", "--parents", "--ignore-missing", "--stdin"],
            input: Array(tips.map { "\($0)\n" }.sorted().joined().utf8))
        return CommitHistory(output.standardOutput.split(separator: UInt8(ascii: "\n")).compactMap(commit))
    }

    /// Reads `TIME ID PARENT…`.
    private static func commit(_ line: ArraySlice<UInt8>) -> (id: ObjectID, date: Date, parents: [ObjectID])? {
        let fields = line.split(separator: UInt8(ascii: " ")).map { String(decoding: $0, as: UTF8.self) }
        let ids = fields.dropFirst().compactMap { ObjectID($0) }
        guard let seconds = fields.first.flatMap({ Int64($0) }), let id = ids.first, ids.count == fields.count - 1
        else {
            return nil
        }
        return (id, Date(timeIntervalSince1970: TimeInterval(seconds)), Array(ids.dropFirst()))
    }
}
