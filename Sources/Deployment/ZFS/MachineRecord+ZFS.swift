extension MachineRecord {
    /// The block device on its host that is its disk; nil where that is a volume of a storage pool.
    var device: String? {
        edition.shape.store?.dataset.child("\(name)-\(mark)")?.device
    }
}
