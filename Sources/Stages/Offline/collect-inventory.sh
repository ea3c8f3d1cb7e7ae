#!/bin/sh
# Collects what an inventory is made of: collect-inventory ROOT ARCHIVE [BEFORE]
#
# It runs in libguestfs's small machine over a mounted system, and inside a running one with ROOT '/'; it writes nothing
# below ROOT but in /run. Files that changed after BEFORE, in seconds since 1970, are left out: those of a system's own boot.
# ARCHIVE is a file or a block device, and becomes a tar archive of these members:
#
#   mounts       POINT KIND                                  the file systems that were looked at
#   files        PATH TYPE MODE USER GROUP SIZE DEVICE INODE TARGET TIME    all that is on them, by find's letters
#   digests      'HEX  PATH'                                 of each regular file, of hard links of the first one
#   accounts     NAME:STATE:USER:GROUP::HOME:SHELL           passwd, where STATE stands for the password; lines
#   groups       NAME::GROUP:MEMBERS                         lines
#   installable  PATH                                        unit files that say where they can be enabled
#   pins         PATH, zero, SETTING                         settings that tie a connection to one network card; lines
#   ./PATH       the package databases, licences, and the boot loader's configuration, as they are
#
# Fields and records end with a zero byte but where lines are told. No hash of a password is copied. At its end it prints
# lines, with tabs between the fields, of what the time was spent on: took WHAT HUNDREDTHS; and then 'end'.
export LC_ALL=C
umask 077
root=$1
archive=$2
before=${3:-}
work=$(mktemp -d /run/inventory.XXXXXXXX) || exit 1
trap 'rm -rf "$work"' EXIT
cd "$root" || exit 1

now() {
    read -r time _ </proc/uptime
    echo "${time%.*}${time#*.}"
}

# Runs a function and prints what it took: timed NAME FUNCTION ARGUMENT…
timed() {
    step=$1
    shift
    start=$(now)
    "$@" || {
        echo "$step failed" >&2
        exit 1
    }
    printf 'took\t%s\t%s\n' "$step" $(($(now) - start))
}

# Has systemd mount what it mounts only when somebody looks, such as the ESP, which is then among the mounts.
mount_what_waits() {
    while read -r _ point kind _; do
        [ "$kind" = autofs ] || continue
        case $point:$(findmnt -n -s -o FSTYPE "$point" 2>/dev/null) in
        /boot:* | /boot/efi:* | /efi:* | *:ext[234] | *:xfs | *:btrfs | *:vfat | *:f2fs) ls "$point/." >/dev/null 2>&1 ;;
        esac
    done </proc/self/mounts
    :
}

# The file systems with files of their own at ROOT or below it; the kernel's and those in memory are left out.
find_mounts() {
    while read -r _ point kind _; do
        case $kind in
        ext[234] | xfs | btrfs | vfat | zfs | f2fs) ;;
        *) continue ;;
        esac
        case $point/ in
        "${root%/}"/*) point=${point#"${root%/}"} ;;
        *) continue ;;
        esac
        printf '%s\0%s\0' "${point:-/}" "$kind"
    done </proc/self/mounts >"$work/mounts"
    # A folder of another file system is looked at too.
    points | grep -zqx ./ || printf '/\0folder\0' >>"$work/mounts"
}

# Prints paths below ROOT for find, from the records of 'mounts'.
points() { tr '\0' '\n' <"$work/mounts" | sed -n 's,^/,./,p' | sort -u | tr '\n' '\0'; }

# Runs find over all of it: search EXPRESSION…
search() {
    if [ -n "$before" ]; then
        set -- ! \( ! -type d -newerct "@$before" \) "$@"
    fi
    points | xargs -0 -I '{}' find '{}' -ignore_readdir_race -xdev "$@"
}

list_files() {
    search -printf '%p\0%y\0%m\0%U\0%G\0%s\0%D\0%i\0%l\0%T@\0' >"$work/files"
}

# Each process writes to a file of its own, because their outputs would mix; there is one more than processors, so that one
# computes while another waits for the disk. What cannot be read has no digest.
digest_files() {
    # shellcheck disable=SC2016
    search -type f -printf '%D %i %p\0' |
        sort -z -u -k 1,1n -k 2,2n | cut -z -d ' ' -f 3- |
        xargs -0 -r -n 200 -P $(($(nproc) + 1)) sh -c 'exec sha256sum -z -- "$@" >>"$0.$$"' "$work/digests"
    find "$work" -name 'digests.*' -exec cat {} + >"$work/digests"
}

# Whether a password opens an account: set, locked or empty (crypt(5), shadow(5)). A field that no hash looks like opens none.
state() {
    case $1 in
    '') echo empty ;;
    '$'?*) echo set ;;
    *[!./0-9A-Za-z_]*) echo locked ;;
    ????????????? | _???????????????????) echo set ;;
    *) echo locked ;;
    esac
}

# Prints an account's password field of shadow; where there is none, one that opens nothing.
shadow_of() {
    if [ -f etc/shadow ]; then
        while IFS=: read -r account field _; do
            [ "$account" = "$1" ] || continue
            printf '%s\n' "$field"
            return
        done <etc/shadow
    fi
    echo '!'
}

list_accounts() {
    [ -f etc/passwd ] || return 0
    while IFS=: read -r name password user group _ home shell; do
        [ "$password" != x ] || password=$(shadow_of "$name")
        printf '%s:%s:%s:%s::%s:%s\n' "$name" "$(state "$password")" "$user" "$group" "$home" "$shell"
    done <etc/passwd >"$work/accounts"
}

list_groups() {
    [ ! -f etc/group ] || sed 's/^\([^:]*\):[^:]*:/\1::/' etc/group >"$work/groups"
}

# An [Install] section may be empty.
list_units() {
    wishes='^(WantedBy|RequiredBy|UpheldBy|Alias|Also)[[:space:]]*=[[:space:]]*[^[:space:]]'
    for folder in ./etc/systemd/system ./usr/local/lib/systemd/system ./usr/lib/systemd/system ./lib/systemd/system; do
        [ ! -d "$folder" ] || find "$folder" -maxdepth 1 -type f -exec grep -lZsE "$wishes" {} +
    done >"$work/installable"
    :
}

# The settings' names alone: their files may hold passwords.
list_pins() {
    names='mac-address|uuid|hwaddr|macaddr|macaddress|hwaddress|permanentmacaddress'
    for file in ./etc/NetworkManager/system-connections/* ./etc/sysconfig/network-scripts/ifcfg-* ./etc/netplan/*.yaml \
        ./etc/systemd/network/* ./etc/network/interfaces ./etc/network/interfaces.d/*; do
        [ ! -f "$file" ] || grep -HZoiE "^[[:space:]]*($names)[[:space:]]*[=: ]" "$file"
    done >"$work/pins"
    :
}

# Prints the plain files among paths: plain PATH…
plain() {
    for path in "$@"; do
        [ ! -f "$path" ] || [ -L "$path" ] || printf '%s\0' "$path"
    done
}

list_copies() {
    {
        plain ./etc/os-release ./usr/lib/os-release ./etc/kernel/cmdline ./etc/default/grub
        plain ./etc/machine-id ./etc/hostname ./etc/iscsi/initiatorname.iscsi
        plain ./var/lib/dpkg/status ./var/lib/dpkg/diversions ./var/lib/dpkg/info/*.list
        plain ./usr/share/doc/*/copyright
        plain ./boot/grub/grub.cfg ./boot/grub/grubenv ./boot/grub2/grub.cfg ./boot/grub2/grubenv
        plain ./boot/loader/entries/*.conf ./boot/efi/loader/entries/*.conf ./efi/loader/entries/*.conf
        for folder in ./usr/lib/sysimage/rpm ./var/lib/rpm; do
            [ -L "$folder" ] || plain "$folder"/*
        done
    } >"$work/copies"
}

# tar ends with 1 where a file changed meanwhile, as logs of a running system do.
pack() {
    for member in accounts groups installable pins; do
        [ -e "$work/$member" ] || : >"$work/$member"
    done
    tar --create --format=gnu --hard-dereference --no-recursion --numeric-owner \
        --directory="$work" mounts files digests accounts groups installable pins \
        --directory="$PWD" --null --files-from="$work/copies" >"$archive" || [ $? -eq 1 ]
}

[ "$root" != / ] || mount_what_waits
timed mounts find_mounts
timed files list_files
timed digests digest_files
timed accounts list_accounts
timed groups list_groups
timed units list_units
timed pins list_pins
timed copies list_copies
timed archive pack
sync
echo end
