/// A snapshot of a machine's disk in a storage pool: a copy of all of it.
///
/// Beside it lies an empty volume, made once the copy is whole: only then it counts.
struct DiskCopy: Sendable, Hashable {
    /// The snapshot's name.
    let snapshot: String
    /// The machine's name and mark, of which the names of its volumes are made.
    let owner: String

    /// The name of the volume with the copy.
    var volume: String { "\(owner).\(snapshot)\(Self.suffix)" }
    /// The name of the volume that says that the copy is whole.
    var seal: String { "\(owner).\(snapshot)\(Self.sealSuffix)" }

    private static let suffix = ".snapshot.qcow2"
    private static let sealSuffix = ".snapshot.whole"

    /// The copies of a machine's disk among some volumes that are whole, by the names of the snapshots.
    static func whole(of owner: String, among volumes: [String]) -> [DiskCopy] {
        let names = Set(volumes)
        return volumes.filter { $0.hasPrefix("\(owner).") && $0.hasSuffix(suffix) }
            .map { DiskCopy(snapshot: String($0.dropFirst(owner.count + 1).dropLast(suffix.count)), owner: owner) }
            .filter { names.contains($0.seal) }
            .sorted { $0.snapshot < $1.snapshot }
    }

    /// All volumes of copies of a machine's disk, also of those that are not whole; those that call them so come first.
    static func volumes(of owner: String, among volumes: [String]) -> [String] {
        let own = volumes.filter { $0.hasPrefix("\(owner).") }
        return own.filter { $0.hasSuffix(sealSuffix) } + own.filter { $0.hasSuffix(suffix) }
    }
}
