internal import HostSystem

/// Whose disk a dataset is.
struct DiskOwner: Hashable {
    /// The machine's name and mark, of which its name is made.
    let name: String
    /// What its properties must be for it to be changed or removed.
    let marks: [ZFSMark: String]

    /// A machine of a fleet, by its name and mark.
    init(_ fleet: String, _ machine: String, _ mark: String) {
        name = "\(machine)-\(mark)"
        marks = [.fleet: fleet, .machine: machine, .mark: mark]
    }
}

extension MachineRecord {
    /// Whose the machine's disk is.
    var owner: DiskOwner { DiskOwner(fleet, name, mark) }
}

/// The disks of machines.
extension ZFSStore {
    /// The dataset that is a machine's disk.
    func disk(of record: MachineRecord) throws -> DatasetName {
        try disk(of: record.owner)
    }

    private func disk(of owner: DiskOwner) throws -> DatasetName {
        guard let dataset = place.dataset.child(owner.name) else { throw ZFSError.badName(owner.name) }
        return dataset
    }

    /// Makes a machine's disk: a clone of its image, grown to its size.
    ///
    /// - Throws: ``ZFSError`` `noImage` where the image is not there.
    func makeDisk(of record: MachineRecord) async throws {
        let image = record.edition.image
        guard let stored = try existing(image, in: try await listing()) else { throw ZFSError.noImage(image, place) }
        let size = Self.volumeSize(max(stored.size, record.edition.shape.disk?.bytes ?? 0))
        let words = ["sh", "-c", ZFSScript.makeDisk, "sh", "\(try disk(of: record))", stored.snapshot, "\(size)"]
        try await shell.run(words + ["-o", "volmode=dev"] + ZFSMark.options(record.owner.marks.map { ($0, $1) }))
    }

    /// Removes a machine's disk with its snapshots; one that is already gone is no error.
    ///
    /// - Throws: ``ZFSError`` `foreign` for a dataset that is not marked as this machine's.
    func removeDisk(of owner: DiskOwner) async throws {
        let disk = try disk(of: owner)
        guard let listing = try await ownListing(of: owner) else { return }
        let clones = listing.entries.flatMap { ($0["clones"] ?? "").split(separator: ",") }
        guard clones.isEmpty else {
            throw ZFSError.dependents(disk.description, names: clones.map { TerminalText.plain($0) })
        }
        // Who has just let go of a device may still be looked at by udev.
        let end = ContinuousClock.now + Self.busyDeadline
        while true {
            do {
                try await shell.run(["zfs", "destroy", "-r", disk.description])
                return
            } catch ZFSError.missing {
                return
            } catch ZFSError.busy where ContinuousClock.now < end {
                try await ContinuousClock().sleep(for: .seconds(1))
            }
        }
    }

    private static let busyDeadline: Duration = .seconds(30)

    /// A machine's disk with its snapshots; nil where it is gone.
    private func ownListing(of owner: DiskOwner) async throws -> ZFSListing? {
        let disk = try disk(of: owner)
        let listing: ZFSListing
        do {
            listing = ZFSListing(try await shell.run(ZFSListing.command(disk, depth: 1)).text)
        } catch ZFSError.missing {
            return nil
        }
        guard let entry = listing[disk.description], entry["type"] == "volume",
            owner.marks.allSatisfy({ entry[$0] == $1 })
        else { throw ZFSError.foreign(disk.description, host: shell.name) }
        return listing
    }

    /// The snapshots of a machine's disk, the oldest first.
    func snapshots(of record: MachineRecord) async throws -> [String] {
        guard let listing = try await ownListing(of: record.owner) else { return [] }
        return listing.entries.filter { $0["type"] == "snapshot" }
            .sorted { ($0.number("createtxg") ?? 0) < ($1.number("createtxg") ?? 0) }
            .compactMap { $0.name.split(separator: "@").last.map(String.init) }
    }

    /// Makes a snapshot of a machine's disk.
    func snapshot(_ name: String, of record: MachineRecord) async throws {
        guard let snapshot = try disk(of: record).snapshot(name) else { throw ZFSError.badName(name) }
        guard try await ownListing(of: record.owner) != nil else { throw ZFSError.missing(snapshot, host: shell.name) }
        try await shell.run(["zfs", "snapshot", snapshot])
    }

    /// Brings a machine's disk back to a snapshot; what was written since, and later snapshots, are lost.
    func restore(_ name: String, of record: MachineRecord) async throws {
        let disk = try disk(of: record)
        guard let snapshot = disk.snapshot(name) else { throw ZFSError.badName(name) }
        guard try await ownListing(of: record.owner)?[snapshot] != nil else {
            throw ZFSError.missing(snapshot, host: shell.name)
        }
        try await shell.run(["zfs", "rollback", "-r", snapshot])
    }
}
