/// Gives the free blocks of ZFS pools back, at the end of a seal: `fstrim` knows nothing of pools, and no program outside the
/// guest reads one.
enum PoolClearing {
    /// A shell function, `clear_pools`, which does nothing where there is no pool; for when everything else was written.
    ///
    /// Trimming is quick, but a disk forgets only whole clusters of its own, and deleted secrets are small. So what is free is
    /// filled with zeros too, of which the machine's disk stores none. What was freed can be used for that only two transactions
    /// later (`zpool-trim(8)`, `zpool-initialize(8)`, `zfs(4)`).
    ///
    /// Each data set keeps blocks of its intent log, which are not free: those of entries that it has no cause to give back yet,
    /// and one for the next entries, in which what was there before still lies. So each writes entries until it has let go of
    /// the old ones, and, once all is filled, until it has a new one out of the zeros; then what it let go is filled, too.
    /// That does not reach all: a block of a busy log may keep what the seal itself wrote, which the audit then finds.
    static let function = """
        clear_pools() {
            command -v zpool >/dev/null && [ -d /sys/module/zfs ] || return 0
            echo 0 >/sys/module/zfs/parameters/zfs_initialize_value || return 1
            renew_logs
            for pool in $(zpool list -H -o name); do
                settle_pool "$pool" && zpool trim -w "$pool" && fill_pool "$pool" || return 1
            done
            renew_logs
            for pool in $(zpool list -H -o name); do
                settle_pool "$pool" && fill_pool "$pool" && zpool sync "$pool" || return 1
            done
        }
        settle_pool() {
            zpool wait -t free "$1" || return 1
            for transaction in 1 2 3; do zpool sync "$1" || return 1; done
        }
        fill_pool() {
            zpool initialize -w "$1" || return 1
            # A pool remembers that it was filled, and fills nothing again: clones may want to. It is busy for a moment after it
            # was waited for.
            for attempt in 1 2 3 4 5; do
                if zpool initialize -u "$1"; then return 0; fi
                sleep 1
            done
            return 1
        }
        renew_logs() {
            for turn in 1 2 3; do
                zfs list -H -o mounted,mountpoint -t filesystem | while read -r mounted point; do
                    [ "$mounted" = yes ] && [ -d "$point" ] || continue
                    dd if=/dev/zero of="$point/.imagefactory-seal" bs=4096 count=1 conv=fsync 2>/dev/null
                    rm -f "$point/.imagefactory-seal"
                done
                zpool sync
            done
        }
        """
}
