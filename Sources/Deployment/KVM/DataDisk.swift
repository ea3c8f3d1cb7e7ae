package import HostSystem

/// A disk that outlives its machine: whichever machine has the number next, of whatever edition, gets it.
///
/// It is a volume of the machine's storage pool, `web-1.db.data.qcow2`, that is made empty where there is none, and that
/// nothing here ever removes. The guest finds it as `/dev/disk/by-id/virtio-db`.
package struct DataDisk: Sendable, Hashable, CustomStringConvertible {
    /// Its name: small letters and digits, at most 16, for a virtio disk's serial number has no more than 20 bytes.
    package let name: String
    /// Its size; a volume that is smaller is grown, and one that is larger stays as it is.
    package let size: ByteCount

    /// Parses `db:20GiB`; nil for what is none.
    package init?(_ text: String) {
        let parts = text.split(separator: ":", maxSplits: 1).map(String.init)
        guard parts.count == 2, parts[0].wholeMatch(of: /[a-z][a-z0-9]{0,15}/) != nil,
            let size = try? ByteCount(parsing: parts[1]), size >= .mebibytes(1)
        else { return nil }
        (name, self.size) = (parts[0], size)
    }

    /// The same that ``init(_:)`` reads.
    package var description: String { "\(name):\(size)" }

    /// The most that a machine can have.
    package static let limit = 8

    /// The name of a machine's volume.
    package func volume(of machine: String) -> String { "\(machine).\(name).data.qcow2" }
}

extension MachineRecord {
    /// The volumes of its pool that hold what outlives it.
    package var dataVolumes: [String] { edition.shape.data.map { $0.volume(of: name) } }
}

/// A way from one edition to the next on which a disk would be wanted by two machines, or by none.
package struct DataDiskError: Error, CustomStringConvertible {
    /// The fleet.
    let fleet: String

    package var description: String {
        "the machines of \(fleet) have data disks, and each new one takes over those of the one before it: use the strategy "
            + "recreate, or rolling without a surge"
    }
}

extension FleetOrder {
    /// - Throws: ``DataDiskError`` where machines have data disks, and new ones are to be made before the old ones are gone.
    func checkDataDisks() throws(DataDiskError) {
        guard !shape.data.isEmpty else { return }
        switch strategy {
        case .recreate, .rolling(_, maxSurge: 0): return
        case .rolling, .blueGreen, .canary: throw DataDiskError(fleet: name)
        }
    }
}
