/// Gives the free blocks of ZFS pools back, at the end of a seal: `fstrim` knows nothing of pools, and no program outside the
/// guest reads one.
enum PoolClearing {
    /// A shell function, `clear_pools`, which does nothing where there is no pool; for when everything else was written.
    ///
    /// Trimming is quick, but a disk forgets only whole clusters of its own, and deleted secrets are small. So what is free is
    /// filled with zeros before. A machine's disk stores none of them, or, where it was frozen meanwhile, until they are trimmed.
    /// What was freed can be used for that only two transactions later (`zpool-trim(8)`, `zpool-initialize(8)`, `zfs(4)`).
    ///
    /// The blocks of intent logs are not free, and hold what was written last of all, such as `/etc/shadow`; or what was there
    /// before, as they are given out ahead of use. Only a pool that loses a log device has all its data sets give up their logs
    /// (`zpool-remove(8)`): so each gets one for a moment, in memory. It must be in use, or it goes without that. From then on
    /// nothing is written through logs (`sync` in `zfsprops(7)`) until all is filled.
    ///
    /// A pool whose devices change is noted in `zpool.cache`, unless it has none (`cachefile` in `zpoolprops(7)`), which it
    /// forgets with the shutdown.
    static let function = """
        clear_pools() {
            command -v zpool >/dev/null && [ -d /sys/module/zfs ] || return 0
            echo 0 >/sys/module/zfs/parameters/zfs_initialize_value || return 1
            for pool in $(zpool list -H -o name); do clear_pool "$pool" || return 1; done
        }
        clear_pool() {
            own=$(mktemp /run/imagefactory-sync.XXXXXXXX) || return 1
            zfs get -H -r -t filesystem,volume -s local,received -o name,value sync "$1" >"$own" || return 1
            zpool set cachefile=none "$1" && use_log "$1" && set_sync disabled && zpool remove "$1" "$log" && rm "$log" &&
                settle_pool "$1" && fill_pool "$1" && zpool trim -w "$1" && set_sync back && rm "$own" && zpool sync "$1"
        }
        use_log() {
            log=$(mktemp /run/imagefactory-log.XXXXXXXX) && truncate -s 64M "$log" && zpool add -f "$1" log "$log" || return 1
            zfs list -H -r -o mounted,mountpoint -t filesystem "$1" | while read -r mounted point; do
                [ "$mounted" = yes ] && [ -d "$point" ] || continue
                dd if=/dev/zero of="$point/.imagefactory-seal" bs=4096 count=1 conv=fsync 2>/dev/null
                rm -f "$point/.imagefactory-seal"
            done
            zpool sync "$1"
        }
        # The pool's data sets inherit it, but for those that have a value of their own.
        set_sync() {
            if [ "$1" = back ]; then zfs inherit sync "$pool"; else zfs set "sync=$1" "$pool"; fi || return 1
            while read -r name value; do
                [ "$1" = back ] || value=$1
                zfs set "sync=$value" "$name" || return 1
            done <"$own"
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
