#!/bin/sh
# Runs in libguestfs's small machine, over the disk with the label 'image': mounts the system on it under the folder $root,
# the root file system and everything of its fstab that lies on the same disk, all read-only. It prints a line for each
# fact, with tabs between its fields:
#
#   volume  DEVICE KIND       what was looked at for the system's root
#   mounted POINT DEVICE KIND
#   left    POINT WHY         an entry of fstab that is not mounted here, but in the system
#
# and ends with 1 where no system was found.
export LC_ALL=C
root=$1
options=$2
disk=$(readlink -e /dev/disk/guestfs/image) || exit 1
esp=c12a7328-f81f-11d2-ba4b-00a0c93ec93b
mkdir -p "$root"

# The partitions and logical volumes of the disk, or the disk itself if it has none.
volumes() { lsblk -nrpo NAME,TYPE "$disk" | sort -u | sed -n 's/ \(part\|lvm\|disk\)$//p' | xargs -r readlink -e; }

is_mountable() {
    case $1 in
    ext2 | ext3 | ext4 | xfs | btrfs | vfat) ;;
    *) return 1 ;;
    esac
}

holds_system() { [ -d "$root/etc" ] && { [ -f "$root/usr/lib/os-release" ] || [ -f "$root/etc/os-release" ]; }; }

# Mounts a volume: attach DEVICE KIND POINT OPTIONS
attach() {
    mount -t "$2" -o "$options$4" "$1" "$root$3" 2>/dev/null || return 1
    [ -n "$3" ] || holds_system || {
        umount "$root"
        return 1
    }
    say mounted "${3:-/}" "$1" "$2"
}

# Mounts the first volume with a system on it; in btrfs it may be in a subvolume.
mount_root() {
    for device in $(volumes); do
        kind=$(value "$device" TYPE)
        [ -z "$kind" ] || say volume "$device" "$kind"
        is_mountable "$kind" || continue
        attach "$device" "$kind" '' '' && return
        [ "$kind" = btrfs ] || continue
        for name in root @ @rootfs; do
            attach "$device" btrfs '' ",subvol=$name" && return
        done
    done
    return 1
}

# Prints the volume that an entry of fstab names. Disks' own names are others in this machine: partitions keep their number.
resolve() {
    case $1 in
    # A whole disk is another one, where this one has partitions.
    /dev/[hsv]d[a-z]) volumes | grep -q "^$disk." || echo "$disk" ;;
    /dev/[hsv]d[a-z]*) printf '%s%s\n' "$disk" "${1#/dev/?d[a-z]}" ;;
    /dev/nvme*p*) printf '%s%s\n' "$disk" "${1##*p}" ;;
    /dev/disk/by-*/*)
        tag=${1#/dev/disk/by-}
        findfs "$(printf %s "${tag%%/*}" | tr '[:lower:]' '[:upper:]')=${1##*/}"
        ;;
    *) findfs "$1" ;;
    esac 2>/dev/null | xargs -r readlink -e
}

# Says why an entry is not mounted, but of those that are mounted on request alone, such as a stick.
leave() {
    case ,$choices, in *,noauto,*) ;; *) say left "$point" "$1" ;; esac
}

mount_table() {
    [ -f "$root/etc/fstab" ] || return 0
    sed 's/#.*//' "$root/etc/fstab" | sort -b -k 2,2 | while read -r source point kind choices _; do
        case $point in /?*) ;; *) continue ;; esac
        [ "$kind" = auto ] || is_mountable "$kind" || continue
        device=$(resolve "$source")
        if [ -z "$device" ] || ! volumes | grep -qFx "$device"; then
            # What starts without it has it elsewhere.
            case ,$choices, in *,nofail,*) ;; *) leave "$source is not on the disk" ;; esac
        elif [ ! -d "$root$point" ]; then
            leave 'there is no such folder'
        else
            subvolume=$(printf %s "$choices" | tr , '\n' | sed -n 's/^\(subvol=.*\)/,\1/p')
            attach "$device" "$(value "$device" TYPE)" "$point" "$subvolume" ||
                leave "the kernel of libguestfs does not mount $source"
        fi
    done
}

# systemd finds the EFI system partition by its type where fstab does not name it.
mount_esp() {
    for device in $(volumes); do
        [ "$(value "$device" PART_ENTRY_TYPE)" = $esp ] || continue
        ! grep -q "^$device " /proc/mounts || continue
        for point in /boot/efi /efi /boot; do
            if [ -d "$root$point" ] && ! mountpoint -q "$root$point"; then
                attach "$device" vfat "$point" ''
                break
            fi
        done
    done
}

mount_root || exit 1
mount_table
mount_esp
