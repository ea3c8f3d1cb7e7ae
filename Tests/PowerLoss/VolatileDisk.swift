import CrashTestSupport
import Foundation
import RandomTestSupport
import SystemPackage

/// A file system on a disk that forgets, when the power goes away, what it was not told to keep.
///
/// ```
///   writes, names, attributes        fsync(file)                       fsync(folder)
///            │                           │                                  │
///            ▼                           ▼                                  ▼
///   ┌─ as everybody sees it ─┐   its content, length    the pending changes of its entries, with the
///   │ content   attributes   │   and attributes         earlier ones that they follow from
///   │ entries                │           │                                  │
///   └────────────────────────┘           ▼                                  ▼
///            ▲                   ┌─ as the disk has it ─────────────────────────┐
///            └── power back on ──│ content   attributes   entries               │
///                                └───────────────────────────────────────────────┘
/// ```
/// That is what POSIX promises and no more: flushing a file says nothing about its name, and flushing a folder nothing
/// about what is in its files. A rename is one change; it comes to the disk whole or not at all. Of what was not
/// flushed, some may come to the disk nevertheless, as real disks do: each change of an entry, each block of 4 KiB, each
/// length and each set of attributes with a probability of its own.
final class VolatileDisk {
    /// What `fsync` is of no use for.
    struct Ignored: OptionSet {
        let rawValue: Int
        static let files = Ignored(rawValue: 1)
        static let folders = Ignored(rawValue: 2)
    }

    /// The number of the uppermost folder.
    static let root: UInt64 = 1

    /// How many changes there were since the power came on, flushes among them.
    private(set) var changes = 0
    /// After how many changes the power goes away; nil for never.
    var limit: Int?
    /// Which flushes the disk only pretends to do.
    var ignored: Ignored = []

    /// Where the content of files is kept.
    let folder: FilePath
    private var nodes: [UInt64: Node] = [:]
    private var pending: [NameChange] = []
    private var lastID = VolatileDisk.root

    /// An empty disk that keeps the content of its files in `folder`.
    init(in folder: FilePath) {
        self.folder = folder
        let attributes = Attributes(mode: S_IFDIR | 0o755, user: geteuid(), group: getegid())
        nodes[Self.root] = Node(id: Self.root, attributes: attributes, in: folder)
    }

    /// Whether the power is on.
    var isOn: Bool { limit.map { changes <= $0 } ?? true }

    /// The node with a number; an error without power.
    func node(_ id: UInt64) throws(Errno) -> Node {
        guard isOn else { throw .ioError }
        guard let node = nodes[id] else { throw .noSuchFileOrDirectory }
        return node
    }

    /// The node that an entry names.
    func lookUp(_ name: String, in folder: UInt64) throws(Errno) -> Node {
        guard let id = try node(folder).names[name] else { throw .noSuchFileOrDirectory }
        return try node(id)
    }

    /// Counts a change that is about to happen; it does not if the power goes away first.
    func beginChange() throws(Errno) {
        changes += 1
        guard isOn else { throw .ioError }
    }
}

/// Entries.
extension VolatileDisk {
    /// Makes a file, folder or link.
    func make(_ name: String, in folder: UInt64, _ attributes: Attributes, target: String? = nil) throws(Errno) -> Node
    {
        guard try node(folder).names[name] == nil else { throw .fileExists }
        try beginChange()
        lastID += 1
        let made = Node(id: lastID, attributes: attributes, target: target, in: self.folder)
        nodes[lastID] = made
        try change(.add(NameChange.Slot(folder: folder, name: name), node: made.id))
        return made
    }

    /// Gives a node one more name.
    func link(_ id: UInt64, as name: String, in folder: UInt64) throws(Errno) -> Node {
        guard try node(folder).names[name] == nil else { throw .fileExists }
        try beginChange()
        try change(.add(NameChange.Slot(folder: folder, name: name), node: id))
        return try node(id)
    }

    /// Removes an entry; that of a folder only if the folder is empty.
    func remove(_ name: String, from folder: UInt64) throws(Errno) {
        guard try lookUp(name, in: folder).names.isEmpty else { throw .directoryNotEmpty }
        try beginChange()
        try change(.remove(NameChange.Slot(folder: folder, name: name)))
    }

    /// Moves an entry, over another one if there is one; over a folder only if that is empty.
    func move(
        _ name: String, from folder: UInt64, to newName: String, in newFolder: UInt64, mayReplace: Bool
    ) throws(Errno) {
        _ = try lookUp(name, in: folder)
        if let replaced = try node(newFolder).names[newName] {
            guard mayReplace else { throw .fileExists }
            guard try node(replaced).names.isEmpty else { throw .directoryNotEmpty }
        }
        try beginChange()
        try change(
            .move(
                NameChange.Slot(folder: folder, name: name), to: NameChange.Slot(folder: newFolder, name: newName)))
    }

    private func change(_ kind: NameChange.Kind) throws(Errno) {
        let change = NameChange(kind: kind)
        change.apply {
            nodes[$0.folder]?.names[$0.name]
        } set: {
            nodes[$0.folder]?.names[$0.name] = $1
        }
        for slot in change.slots { nodes[slot.folder]?.attributes.modified = Attributes.now }
        pending.append(change)
    }

    private func applyToDisk(_ change: NameChange) {
        change.apply {
            nodes[$0.folder]?.durableNames[$0.name]
        } set: {
            nodes[$0.folder]?.durableNames[$0.name] = $1
        }
    }
}

/// Keeping and losing.
extension VolatileDisk {
    /// `fsync`.
    func flush(_ id: UInt64) throws(Errno) {
        let node = try node(id)
        try beginChange()
        guard !ignored.contains(node.attributes.isFolder ? .folders : .files) else { return }
        try node.flush()
        guard node.attributes.isFolder else { return }
        var slots: Set<NameChange.Slot> = []
        var isKept = [Bool](repeating: false, count: pending.count)
        // What a kept change follows from is kept too.
        for index in pending.indices.reversed() {
            let touched = pending[index].slots
            guard touched.contains(where: { $0.folder == id || slots.contains($0) }) else { continue }
            slots.formUnion(touched)
            isKept[index] = true
        }
        for index in pending.indices where isKept[index] { applyToDisk(pending[index]) }
        pending = zip(pending, isKept).filter { !$0.1 }.map(\.0)
        collect()
    }

    /// The power goes away and comes back. What was not flushed is lost, but for the part that `keeping` tells: 0 for
    /// nothing.
    func losePower(keeping probability: Double, seed: UInt64) throws(Errno) {
        var random = SeededRandom(seed: seed)
        for change in pending where random.happens(probability) { applyToDisk(change) }
        pending = []
        for id in nodes.keys.sorted() { try nodes[id]?.loseUnflushed { random.happens(probability) } }
        changes = 0
        limit = nil
        ignored = []
        collect()
    }

    /// Forgets what nothing leads to any more.
    private func collect() {
        var added: [UInt64: [UInt64]] = [:]
        for case .add(let slot, let node) in pending.map(\.kind) { added[slot.folder, default: []].append(node) }
        var reached: Set<UInt64> = [Self.root]
        var next = [Self.root]
        while let id = next.popLast() {
            guard let node = nodes[id] else { continue }
            for child in Array(node.names.values) + Array(node.durableNames.values) + added[id, default: []]
            where reached.insert(child).inserted {
                next.append(child)
            }
        }
        for (id, node) in nodes where !reached.contains(id) && node.openings == 0 {
            node.removeContent()
            nodes[id] = nil
        }
        pending.removeAll { change in change.slots.contains { nodes[$0.folder] == nil } }
    }
}
