/// Gives the free blocks of ZFS pools back, at the end of a seal: `fstrim` knows nothing of pools, and no program outside the
/// guest reads one.
enum PoolClearing {
    /// A shell function, `clear_pools`, which does nothing where there is no pool; for when everything else was written.
    ///
    /// Trimming is quick, but a disk forgets only whole clusters of its own, and deleted secrets are small. So what is free is
    /// filled with zeros too, of which the machine's disk stores none. What was freed can be used for that only two transactions
    /// later (`zpool-trim(8)`, `zpool-initialize(8)`, `zfs(4)`).
    ///
    /// The blocks of intent logs are not free, and hold what was written last of all, such as `/etc/shadow`. Only a pool that
    /// loses a log device has all its data sets give up their logs (`zpool-remove(8)`): so each gets one for a moment, in
    /// memory. It must be in use, or it goes without that.
    static let function = """
        clear_pools() {
            command -v zpool >/dev/null && [ -d /sys/module/zfs ] || return 0
            echo 0 >/sys/module/zfs/parameters/zfs_initialize_value || return 1
            for pool in $(zpool list -H -o name); do
                empty_logs "$pool" && settle_pool "$pool" && zpool trim -w "$pool" && fill_pool "$pool" && zpool sync "$pool" ||
                    return 1
            done
        }
        empty_logs() {
            log=$(mktemp /run/imagefactory-log.XXXXXXXX) && truncate -s 64M "$log" && zpool add -f "$1" log "$log" || return 1
            zfs list -H -r -o mounted,mountpoint -t filesystem "$1" | while read -r mounted point; do
                [ "$mounted" = yes ] && [ -d "$point" ] || continue
                dd if=/dev/zero of="$point/.imagefactory-seal" bs=4096 count=1 conv=fsync 2>/dev/null
                rm -f "$point/.imagefactory-seal"
            done
            zpool sync "$1"
            zpool remove "$1" "$log" && rm "$log"
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
        """
}
