extension SealOperation {
    static let zpoolCache = SealOperation(
        name: "zpool-cache", profile: .minimal, moment: .shutdown,
        summary: "ZFS's memory of where the pools' disks are",
        reason: """
            It pins a disk's path: a clone whose disk has another one does not find its pool. Without it, \
            pools are searched for.
            """,
        script: #"""
            remove /etc/zfs/zpool.cache
            """#)
}
