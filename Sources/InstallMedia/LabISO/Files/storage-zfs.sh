# shellcheck shell=bash
# A root on ZFS: the pool and the datasets of the installer that this medium stands in for. Its boot loader is systemd's, with
# kernel and initramfs on the ESP, since Debian has no ZFSBootMenu.

STORAGE_SUMMARY='GPT, ESP and the pool rpool'
SNAPSHOT_SUMMARY='rpool@install'
# Solaris /usr & Apple ZFS, which sgdisk calls BF01.
ROOT_TYPE=6A898CC3-1DD2-11B2-99A6-080020736631
ROOT_DATASET=

dataset() { step storage zfs create "$@"; }

make_root() {
    local root=$1 name
    ROOT_DATASET=rpool/ROOT/${ANSWERS[KLDLOAD_HOSTNAME]-}
    # The system that makes a pool and the one that boots from it have the same id.
    step storage zgenhostid -f
    step storage modprobe zfs
    step storage zpool create -f -R "$TARGET" -o cachefile=/etc/zfs/zpool.cache -o ashift=12 -o autotrim=on \
        -o compatibility=openzfs-2.3-linux -O compression=lz4 -O acltype=posixacl -O xattr=sa -O mountpoint=none \
        rpool "$root"
    dataset -o canmount=off rpool/ROOT
    dataset -o mountpoint=/ -o canmount=noauto "$ROOT_DATASET"
    step storage zpool set bootfs="$ROOT_DATASET" rpool
    step storage zfs mount "$ROOT_DATASET"
    for name in usr var; do
        dataset -o mountpoint="/$name" -o canmount=off "rpool/$name"
    done
    for name in root home srv opt tmp; do
        dataset -o mountpoint="/$name" "rpool/$name"
    done
    for name in usr/local var/cache var/lib var/lib/kldload var/log var/spool var/tmp; do
        dataset "rpool/$name"
    done
}

# Gives a user's home a dataset of its own.
make_home() {
    local home=$TARGET/home/$1
    step security mv "$home" "$home.new"
    dataset "rpool/home/$1"
    step security cp -a "$home.new/." "$home/"
    rm -rf "$home.new"
}

# The lines of fstab for the root: the pool knows its mounts itself.
root_mounts() { :; }

boot_environment() { echo "$ROOT_DATASET"; }

# All of it as it was installed, its identity and secrets too.
take_snapshot() {
    step snapshot zfs snapshot -r "rpool@install-$(date -u +%Y%m%dT%H%M%SZ)"
}

# The list that systemd's generator makes mounts of, in their order: the journal and the random seed must not be written
# below a dataset that is mounted later.
list_datasets() {
    local properties=name,mountpoint,canmount,atime,relatime,devices,exec,readonly,setuid,nbmand,encroot,keylocation name
    for name in requires requires-mounts-for before after wanted-by required-by nofail ignore; do
        properties+=,org.openzfs.systemd:$name
    done
    zfs list -H -r -t filesystem -o "$properties" rpool | sed "s,\t$TARGET/\?,\t/,"
}

install_bootloader() {
    local kernel arguments
    # Without the last, a kernel on a busy emulator now and then takes its timer for broken and panics.
    arguments="$(cat "$TARGET/etc/kldload/kernel-arguments") no_timer_check"
    step bootloader zfs set org.zfsbootmenu:commandline="$arguments" rpool/ROOT
    step bootloader cp /etc/hostid "$TARGET/etc/hostid"
    mkdir -p "$TARGET/etc/zfs/zfs-list.cache"
    step bootloader cp /etc/zfs/zpool.cache "$TARGET/etc/zfs/zpool.cache"
    list_datasets | put 644 /etc/zfs/zfs-list.cache/rpool
    put 644 /etc/kernel/cmdline <<<"root=ZFS=$ROOT_DATASET ro $arguments"
    step bootloader chroot "$TARGET" bootctl --esp-path=/boot/efi --no-variables install
    echo 'timeout 0' >"$TARGET/boot/efi/loader/loader.conf"
    # The initramfs imports the pool by the two files above. A hook of the loader's copies it to the ESP, with its kernel.
    kernel=$(basename "$TARGET"/usr/lib/modules/*)
    step bootloader chroot "$TARGET" update-initramfs -u -k "$kernel"
    compgen -G "$TARGET/boot/efi/loader/entries/*.conf" >/dev/null \
        || fail "the boot loader has no entry"
}

# An exported pool is imported anywhere, whatever id the host has.
release_root() {
    zpool list rpool >/dev/null 2>&1 || return 0
    zpool export rpool >>"$LOGS/storage.log" 2>&1 || zpool export -f rpool >>"$LOGS/storage.log" 2>&1
}
