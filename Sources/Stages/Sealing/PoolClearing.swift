/// Frees ZFS pools of what was deleted in them, at the end of a seal: `fstrim` knows nothing of pools, and no program outside the
/// guest reads one.
///
/// A pool with one device moves into memory and back, onto a device that was emptied meanwhile, as one device of a mirror
/// takes the place of the other (`zpool-attach(8)`, `zpool-detach(8)`): only what is in use goes along, each block checked by its
/// sum, and neither free blocks nor those of intent logs. That takes seconds.
///
/// Filling what is free (`zpool-initialize(8)`) does not do: it leaves out the first 4 MiB of each metaslab, since where it
/// stands counts the labels before the first one, and what is free does not; and intent logs have blocks that nobody has
/// written yet. It is done where pools have several devices, whose blocks an image rarely has.
///
/// A pool whose devices change is noted in `zpool.cache`, unless it has none (`cachefile` in `zpoolprops(7)`), which it
/// forgets with the shutdown.
enum PoolClearing {
    /// A shell function, `clear_pools`, which does nothing where there is no pool; for when everything else was written.
    static let function = """
        clear_pools() {
            command -v zpool >/dev/null && [ -d /sys/module/zfs ] || return 0
            for pool in $(zpool list -H -o name); do
                zpool set cachefile=none "$pool" || return 1
                device=$(zpool list -H -v -P -o name "$pool" | awk 'NR > 1 { print $1 }')
                if [ -b "$device" ]; then move_pool "$pool" "$device" || return 1; else fill_pool "$pool" || return 1; fi
                zpool sync "$pool" || return 1
            done
        }
        move_pool() {
            used=$(zpool list -H -p -o allocated "$1") || return 1
            free=$(awk '/^MemAvailable:/ { printf "%.0f", $2 * 1024 }' /proc/meminfo)
            if [ "$((used + used / 8 + (128 << 20)))" -gt "$free" ]; then
                echo "the pool '$1' holds $((used >> 20)) MiB, and $((free >> 20)) MiB of memory are free; give the machine more"
                return 1
            fi
            # The memory goes away with the machine.
            room=$(mktemp -d /run/imagefactory-pool.XXXXXXXX) && mount -t tmpfs -o size=100% tmpfs "$room" &&
                truncate -s "$(blockdev --getsize64 "$2")" "$room/device" && replace_device "$1" "$2" "$room/device" &&
                blkdiscard -f "$2" && blkdiscard -f -z "$2" && replace_device "$1" "$room/device" "$2"
        }
        replace_device() {
            zpool attach -f "$1" "$2" "$3" && zpool wait -t resilver "$1" && zpool detach "$1" "$2"
        }
        # What was freed can be used for something else only two transactions later. A pool remembers that it was filled, and fills
        # nothing again: clones may want to. It is busy for a moment after it was waited for.
        fill_pool() {
            echo 0 >/sys/module/zfs/parameters/zfs_initialize_value && zpool wait -t free "$1" || return 1
            for transaction in 1 2 3; do zpool sync "$1" || return 1; done
            zpool initialize -w "$1" || return 1
            for attempt in 1 2 3 4 5; do
                if zpool initialize -u "$1"; then break; fi
                [ "$attempt" -lt 5 ] && sleep 1 || return 1
            done
            zpool trim -w "$1"
        }
        """
}
