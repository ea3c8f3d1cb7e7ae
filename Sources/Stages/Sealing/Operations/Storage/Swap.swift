extension SealOperation {
    static let swap = SealOperation(
        name: "swap", profile: .minimal, moment: .running,
        summary: "what was swapped out, and the memory of a hibernated system; the swap keeps its UUID and label",
        reason: "It holds pages of programs' memory, passwords and keys among them.",
        script: #"""
            # Makes a swap anew: remake FILE-OR-DEVICE
            remake() {
                type=$(blkid -p -s TYPE -o value "$1" 2>/dev/null) || return 0
                case $type in
                swap | swsuspend) ;;
                *) return 0 ;;
                esac
                # Behind the header of one page there are only zeros when it is made anew already.
                uuid=$(blkid -p -s UUID -o value "$1" || true)
                label=$(blkid -p -s LABEL -o value "$1" || true)
                if grep -q "^$(readlink -f "$1") " /proc/swaps; then swapoff "$1"; fi
                if [ -b "$1" ]; then
                    blkdiscard --force --zeroout "$1" 2>/dev/null || cat /dev/zero >"$1" 2>/dev/null || true
                else
                    size=$(stat -c %s "$1")
                    if [ "$type" = swap ] && cmp -s -i 4096 -n $((size - 4096)) "$1" /dev/zero; then return 0; fi
                    head -c "$size" /dev/zero | dd of="$1" bs=1M iflag=fullblock conv=notrunc,fsync 2>/dev/null
                fi
                mkswap ${uuid:+--uuid "$uuid"} ${label:+--label "$label"} "$1" >/dev/null
                echo "wiped $1"
            }

            {
                sed -nE 's@^(/[^[:space:]]*)[[:space:]].*[[:space:]]swap[[:space:]].*@\1@p' /etc/fstab || true
                blkid -t TYPE=swap -o device || true
                blkid -t TYPE=swsuspend -o device || true
            } | sort -u >"$talk/swaps"
            while read -r swap; do
                case $swap in
                /dev/zram*) ;;
                *) if [ -e "$swap" ]; then remake "$swap"; fi ;;
                esac
            done <"$talk/swaps"
            """#)
}
