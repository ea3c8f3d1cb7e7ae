/// Gives the free blocks of ZFS pools back, at the end of a seal: `fstrim` knows nothing of pools, and no program outside the
/// guest reads one.
enum PoolClearing {
    /// A shell function, `clear_pools`, which does nothing where there is no pool; for when everything else was written.
    ///
    /// Trimming is quick, but a disk forgets only whole clusters of its own, and deleted secrets are small. So what is free is
    /// filled with zeros too, of which the machine's disk stores none. What was freed can be used for that only two transactions
    /// later (`zpool-trim(8)`, `zpool-initialize(8)`, `zfs(4)`).
    static let function = """
        clear_pools() {
            command -v zpool >/dev/null && [ -d /sys/module/zfs ] || return 0
            echo 0 >/sys/module/zfs/parameters/zfs_initialize_value
            for pool in $(zpool list -H -o name); do
                zpool wait -t free "$pool" || return 1
                for transaction in 1 2 3; do zpool sync "$pool" || return 1; done
                zpool trim -w "$pool" || return 1
                zpool initialize -w "$pool" || return 1
                # A pool remembers that it was filled, and fills nothing again: clones may want to. It is busy for a moment
                # after it was waited for.
                for attempt in 1 2 3 4 5; do
                    if zpool initialize -u "$pool"; then break; fi
                    [ "$attempt" != 5 ] || return 1
                    sleep 1
                done
                zpool sync "$pool" || return 1
            done
        }
        """
}
