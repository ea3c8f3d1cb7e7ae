internal import Foundation
internal import HostSystem
internal import SystemPackage

/// What is in a state folder, as far as it can become garbage. What bears no name of ours is not in it.
package struct StateInventory: Sendable {
    /// A finished result.
    package struct Result: Sendable {
        package let key: StageKey
        package let stage: String
        package let product: StageProduct
        /// The result that it stands on, or was made from.
        package let previous: StageKey?
        /// When it was used last for each template: when it was made, or when a run of the template that used it, or
        /// something that stands on it, began; seconds since 1970.
        package var uses: [String: Double]
        /// Whether a build would use it: all its files are there, and it fits what it stands on.
        package let isUsable: Bool
        package let bytes: Int64
    }

    /// A run's folder.
    package struct Run: Sendable {
        package let id: String
        /// What is on record; nil if that cannot be read.
        package let record: RunRecord?
        /// Whether its process lives.
        package let isLiving: Bool
        /// Whether it kept something outside of its folder, such as a machine that failed.
        package let keepsResources: Bool
        package let bytes: Int64
    }

    /// The results.
    package var results: [Result] = []
    /// The runs, oldest first.
    package var runs: [Run] = []
    /// The tokens of repetitions, by the key that was repeated.
    package var renewals: [StageKey: String] = [:]
    /// The results that have a lock file.
    package var locks: Set<StageKey> = []
    /// Those whose lock somebody holds.
    package var heldLocks: Set<StageKey> = []

    /// An empty state.
    package init() {}

    /// The results that living processes use or make.
    package var usedKeys: Set<StageKey> {
        heldLocks.union(runs.filter(\.isLiving).flatMap { $0.record?.keys ?? [] })
    }
}

extension StateInventory {
    /// Looks at a state folder. Nothing is changed by that.
    package init(of state: StateFolder) {
        runs = state.runs.folderEntries.filter(RunFolder.isID).map { Run(id: $0, in: state) }
        results = state.store.entries.map { Result($0, in: state.store) }
        noteUses()
        passUsesDown()
        for name in state.store.folder.folderEntries {
            guard let key = StageKey(name, ending: ".renewal") else { continue }
            renewals[key] = state.store.renewal(of: key) ?? ""
        }
        locks = Set(state.locks.folderEntries.compactMap { StageKey($0, ending: ".lock") })
        heldLocks = locks.filter { (try? FileLock(ofExisting: state.store.lock(of: $0))) == nil }
    }

    /// A result serves every template whose runs use it.
    private mutating func noteUses() {
        var uses: [StageKey: [String: Double]] = [:]
        for record in runs.compactMap(\.record) {
            let time = UTCStamp.seconds(record.started) ?? 0
            for key in record.keys { uses[key, default: [:]][record.template] = time }
        }
        for index in results.indices {
            results[index].uses.merge(uses[results[index].key, default: [:]]) { max($0, $1) }
        }
    }

    /// Whoever uses a result uses what it stands on.
    mutating func passUsesDown() {
        let places = Dictionary(uniqueKeysWithValues: zip(results.map(\.key), results.indices))
        for result in results {
            var next = result.previous.flatMap { places[$0] }
            for _ in results {
                guard let index = next else { break }
                results[index].uses.merge(result.uses) { max($0, $1) }
                next = results[index].previous.flatMap { places[$0] }
            }
        }
    }
}

extension StateInventory.Result {
    fileprivate init(_ entry: StoreEntry, in store: Store) {
        let path = store.path(of: entry.key)
        key = entry.key
        stage = entry.stage
        product = entry.product
        previous = entry.previous
        uses = [entry.template: store.finishTime(of: entry.key)?.timeIntervalSince1970 ?? 0]
        isUsable = store.holds(entry.key)
        bytes = path.allocatedSize
    }
}

extension StateInventory.Run {
    fileprivate init(id: String, in state: StateFolder) {
        let path = state.runs.appending(id)
        self.id = id
        isLiving = RunPlaces(path).isAlive
        record = RunFolder.record(in: path)
        keepsResources = record?.resources.contains { FilePath($0.name).exists } ?? false
        bytes = path.allocatedSize
    }
}

extension StageKey {
    /// The key in a file's name, before the ending.
    fileprivate init?(_ name: String, ending: String) {
        guard name.hasSuffix(ending), let digest = Digest(hex: name.dropLast(ending.count)) else { return nil }
        self.init(digest)
    }
}
