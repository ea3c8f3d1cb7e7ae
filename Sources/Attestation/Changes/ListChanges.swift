/// What became of a list's items, each of which is known by a name.
package struct ListChanges<Item: Codable & Sendable & Equatable>: Codable, Sendable, Equatable {
    /// The new ones.
    package let added: [Item]
    /// Those that are gone.
    package let removed: [Item]
    /// Those that are there, and not as they were.
    package let changed: [Change<Item>]

    /// Whether nothing differs.
    package var isEmpty: Bool { added.isEmpty && removed.isEmpty && changed.isEmpty }

    /// What differs between two lists, in the order of the names.
    init<Name: Hashable & Comparable>(from: [Item], to: [Item], by name: (Item) -> Name) {
        let before = Dictionary(from.map { (name($0), $0) }) { first, _ in first }
        let after = Dictionary(to.map { (name($0), $0) }) { first, _ in first }
        added = after.filter { before[$0.key] == nil }.sorted { $0.key < $1.key }.map(\.value)
        removed = before.filter { after[$0.key] == nil }.sorted { $0.key < $1.key }.map(\.value)
        changed = before.sorted { $0.key < $1.key }.compactMap { name, item in
            after[name].flatMap { Change(item, $0) }
        }
    }
}
