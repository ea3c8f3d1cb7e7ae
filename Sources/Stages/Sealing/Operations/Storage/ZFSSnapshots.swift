extension SealOperation {
    static let zfsSnapshots = SealOperation(
        name: "zfs-snapshots", profile: .minimal, moment: .running, place: .guest,
        summary: "snapshots of all ZFS datasets, and the pools' checkpoints",
        reason: """
            A snapshot keeps every file that the seal removes. The installer takes one of everything, keys \
            included.
            """,
        script: #"""
            has zfs && zpool list -H -o name >/dev/null 2>&1 || return 0
            for pool in $(zpool list -H -o name); do
                if [ "$(zpool get -H -o value checkpoint "$pool")" = - ]; then continue; fi
                zpool checkpoint --discard --wait "$pool"
                echo "discarded the checkpoint of $pool"
            done
            zfs list -H -t snapshot -o name >"$talk/snapshots"
            while read -r snapshot; do
                zfs destroy "$snapshot"
                echo "destroyed $snapshot"
            done <"$talk/snapshots"
            """#)
}
