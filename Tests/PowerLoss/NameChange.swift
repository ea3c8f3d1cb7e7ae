/// A change of folders' entries that the disk may not have yet.
struct NameChange {
    /// A place for an entry.
    struct Slot: Hashable {
        let folder: UInt64
        let name: String
    }

    /// What happens to the entries.
    enum Kind {
        /// An entry for `node` appears.
        case add(Slot, node: UInt64)
        /// An entry goes away.
        case remove(Slot)
        /// An entry moves, and takes the place of what is there.
        case move(Slot, to: Slot)
    }

    let kind: Kind

    /// The places that it touches.
    var slots: [Slot] {
        switch kind {
        case .add(let slot, _), .remove(let slot): [slot]
        case .move(let from, let to): [from, to]
        }
    }

    /// Does it to entries, which are found by their folder; nothing if the entry is not there that it begins with.
    func apply(_ entries: (Slot) -> UInt64?, set: (Slot, UInt64?) -> Void) {
        switch kind {
        case .add(let slot, let node): set(slot, node)
        case .remove(let slot): set(slot, nil)
        case .move(let from, let to):
            guard let node = entries(from) else { return }
            set(from, nil)
            set(to, node)
        }
    }
}
