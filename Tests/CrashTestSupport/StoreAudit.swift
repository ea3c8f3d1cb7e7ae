package import Pipeline
import SystemPackage

/// Looks whether what a store holds is whole.
package struct StoreAudit {
    private let store: Store

    /// The audit of a store whose entries cheap stages made.
    package init(_ store: Store) {
        self.store = store
    }

    /// What is wrong with the entries that a build would use.
    package func problems() -> [String] {
        store.entries.filter { store.holds($0.key) }.flatMap { entry in
            do {
                return try problems(of: entry)
            } catch {
                return ["\(entry.stage) \(entry.key.short): \(error)"]
            }
        }
    }

    private func problems(of entry: StoreEntry) throws -> [String] {
        let path = store.path(of: entry.key)
        switch entry.product {
        case .disk:
            let lines = try CheckedText.read(path.appending("disk.qcow2")).lines
            let below = try self.lines(below: entry) ?? []
            return lines.starts(with: below) && lines.count > below.count ? [] : ["\(path) does not fit its base"]
        case .images:
            let images = try ["image.raw", "parts/image.qcow2"].map {
                try CheckedText.read(path.pushing(FilePath($0))).lines
            }
            let below = try lines(below: entry) ?? images[0]
            return images == [below, below] ? [] : ["\(path) holds another disk than its own"]
        case .report:
            _ = try CheckedText.read(path.appending("report.json"))
            return []
        case .nothing: return ["\(path) is of no use"]
        }
    }

    /// The disk that an entry was made from, if it is there.
    private func lines(below entry: StoreEntry) throws -> [String]? {
        guard let previous = entry.previous, store.entry(previous)?.instance == entry.previousInstance else {
            return nil
        }
        return try CheckedText.read(store.path(of: previous).appending("disk.qcow2")).lines
    }
}
