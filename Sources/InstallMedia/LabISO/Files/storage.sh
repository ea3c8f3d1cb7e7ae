# shellcheck shell=bash
# The target disk: GPT with an ESP and a partition for the root, mounted at TARGET. What depends on the kind of the root is in
# the file storage-KIND.sh.

ESP_UUID=

# The node of partition $2 on disk $1.
partition_node() {
    case $1 in
    *[0-9]) echo "$1p$2" ;;
    *) echo "$1$2" ;;
    esac
}

# Makes all of a disk read as zeros, where the device can do that without writing them.
zero_disk() {
    local disk=$1 queue=/sys/class/block/${1##*/}/queue
    PREZEROED=
    [[ $(cat "$queue/write_zeroes_max_bytes" 2>/dev/null || echo 0) -gt 0 ]] || return 0
    blkdiscard --zeroout "$disk" >>"$LOGS/storage.log" 2>&1 && PREZEROED=yes
}

prepare_storage() {
    local disk esp root
    disk=$(readlink -f "${ANSWERS[KLDLOAD_DISK]-}")
    [[ -b $disk ]] || fail "KLDLOAD_DISK=${ANSWERS[KLDLOAD_DISK]-} is no disk of this machine"
    grep -q "^$disk" /proc/mounts && fail "$disk is in use"
    [[ $(blockdev --getsize64 "$disk") -ge $((3 << 30)) ]] || fail "$disk is smaller than 3 GiB"
    zero_disk "$disk"
    [[ $PREZEROED == yes ]] || step storage wipefs -a "$disk"
    printf 'label: gpt\nfirst-lba: 2048\nsize=512MiB, type=uefi, name=EFI\ntype=%s, name=rpool\n' "$ROOT_TYPE" \
        | sfdisk --lock=yes --wipe never "$disk" >>"$LOGS/storage.log" 2>&1 || fail "sfdisk could not partition $disk"
    esp=$(partition_node "$disk" 1)
    root=$(partition_node "$disk" 2)
    # udev reads the new table once more by itself, and for a moment the partitions are gone again.
    step storage udevadm wait --timeout=60 --settle "$esp" "$root"
    step storage mkfs.vfat -F 32 -n EFI "$esp"
    ESP_UUID=$(blkid -p -s UUID -o value "$esp")
    mkdir -p "$TARGET"
    make_root "$root"
    mkdir -p "$TARGET/boot/efi"
    step storage mount "$esp" "$TARGET/boot/efi"
}

release_target() {
    local folder
    for folder in run sys proc dev boot/efi; do
        mountpoint -q "$TARGET/$folder" && umount "$TARGET/$folder" 2>/dev/null
    done
    release_root
    sync
}
