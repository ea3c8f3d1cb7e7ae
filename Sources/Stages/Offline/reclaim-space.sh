#!/bin/sh
# Runs in libguestfs's small machine, over the disk with the label 'image': looks at the partition table, checks each file
# system without writing to it, and gives back what is free. It prints a line for each fact, with tabs between its fields:
#
#   table     KIND                      gpt, dos or none
#   backup    ok | damaged WHAT         the two copies of a GPT
#   volume    WHAT BYTES KIND NAME      partition 1; what is said of it follows
#   checked   PROGRAM
#   unchecked WHY
#   damaged   PROGRAM WHAT
#   reclaimed BYTES                     free blocks, or the content of swap
#   kept      WHY                       its free space stays as it is
#   end                                 all of the disk was looked at
#
# File systems are mounted read-only: that is enough to trim them, and leaves no time of a mount in them.
export LC_ALL=C
# The kernel numbers disks as it finds them; this machine's own is another one.
disk=$(readlink -e /dev/disk/guestfs/image) || exit 1
mount_point=/tmp/volume
mkdir -p $mount_point

look_at_table() {
    table=$(value "$disk" PTTYPE)
    # A GPT whose first copy is gone may look like its protective MBR.
    [ "$table" != PMBR ] || table=gpt
    say table "${table:-none}"
    [ "$table" = gpt ] || return
    verdict=$(sgdisk -v "$disk" 2>&1)
    # sgdisk mends a damaged copy in its memory before it verifies: then it cautions, and finds no problems.
    case $verdict in
    *Caution* | *Problem* | *CRC* | *invalid*) say backup damaged "$verdict" ;;
    *'No problems found'*) say backup ok ;;
    *) say backup damaged "$verdict" ;;
    esac
}

# Runs a program that checks the volume and writes nothing: check PROGRAM ARGUMENT…
check() {
    output=
    if ! command -v "$1" >/dev/null; then
        say unchecked "libguestfs has no $1 on this host"
    elif output=$("$@" "$device" 2>&1 </dev/null); then
        say checked "$*"
    else
        say damaged "$*" "$output"
        return 1
    fi
}

check_ext() {
    case $(dumpe2fs -h "$device" 2>/dev/null) in
    *needs_recovery*) say damaged dumpe2fs 'its journal was not written back' ;;
    *) check e2fsck -f -n ;;
    esac
}

check_xfs() {
    check xfs_repair -n || return
    case $output in
    *'valuable metadata changes in a log'*) say damaged 'xfs_repair -n' 'its log was not written back' ;;
    esac
}

# Gives the free blocks of a file system back: trim TYPE
trim() {
    if ! output=$(mount -t "$1" -o ro,nodev,nosuid,noexec "$device" $mount_point 2>&1); then
        say kept "the kernel of libguestfs does not mount it: $output"
    elif output=$(fstrim -v $mount_point 2>&1); then
        say reclaimed "$(printf %s "$output" | sed -n 's/.*(\([0-9]*\) bytes).*/\1/p')"
    else
        say kept "its free blocks cannot be given back: $output"
    fi
    ! mountpoint -q $mount_point || umount $mount_point
}

# The first page is the header, with label and UUID; behind it lies what was swapped out.
clear_swap() {
    if output=$(blkdiscard -o 4096 "$device" 2>&1); then
        say reclaimed $(($(blockdev --getsize64 "$device") - 4096))
    else
        say kept "its content cannot be given back: $output"
    fi
}

# Checks and clears the volume that $device is: look_at_volume WHAT
look_at_volume() {
    kind=$(value "$device" TYPE)
    say volume "$1" "$(blockdev --getsize64 "$device")" "${kind:-unknown}" "$(value "$device" PART_ENTRY_NAME)"
    case $kind in
    ext2 | ext3 | ext4) check_ext && trim "$kind" ;;
    xfs) check_xfs && trim xfs ;;
    btrfs) check btrfs check --readonly && trim btrfs ;;
    vfat) check fsck.fat -n && trim vfat ;;
    swap) clear_swap ;;
    swsuspend) say kept 'it holds the memory of a sleeping system' ;;
    zfs_member) say kept 'libguestfs cannot open a ZFS pool; the guest itself gives its free blocks back' ;;
    crypto_LUKS) say kept 'it is encrypted' ;;
    LVM2_member) say kept 'its logical volumes are looked at one by one' ;;
    '') say kept 'no known file system is on it' ;;
    *) say kept "nothing is known of the kind $kind" ;;
    esac
}

look_at_table
lsblk -nrpo NAME,TYPE "$disk" | sort -u | while read -r device type; do
    case $type in
    part) look_at_volume "partition ${device#"$disk"}" ;;
    lvm) look_at_volume "logical volume ${device#/dev/mapper/}" ;;
    disk) [ -n "$table" ] || look_at_volume 'whole disk' ;;
    esac
done
sync
say end
