internal import ArgumentParser
internal import Deployment

/// Options that say where images are kept in ZFS.
struct ImageStoreOptions: ParsableArguments {
    @Option(help: "The place of the images: zfs:POOL/DATASET, or zfs:USER@HOST:POOL/DATASET on another host.")
    var store: ZFSPlace

    @Option(help: "libvirt's URI of a host that is reached by ssh, which the place is on: qemu+ssh://root@HOST/system.")
    var connect: String?

    /// The store.
    func open() -> ZFSStore {
        ZFSStore(connect.map { store.on(connection: $0) } ?? store) { Talk.say($0) }
    }
}
