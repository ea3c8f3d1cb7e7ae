# After packages: what every installed system with ZFS has in common. The host's id and the pool's cache are the installer's.
set -eu
root=$1
# It was here to make the medium's loader.
chroot "$root" dpkg-query --show --showformat='${db:Status-Abbrev} ${Package}\n' 'grub*' | sed -n 's/^ii *//p' \
    | xargs chroot "$root" dpkg --purge
rm -f "$root/etc/default/grub.d/kldload.cfg" "$root/etc/hostid"
rmdir "$root/etc/default/grub.d" 2>/dev/null || :
# Entries of the loader are named by this, and not by a machine's id, which clones have each their own.
echo debian >"$root/etc/kernel/entry-token"
# Nothing is shared, and no volume is waited for.
chroot "$root" systemctl disable zfs-share.service zfs-volume-wait.service
# The initramfs has imported the pool of the root, and the datasets of a pool are mounted in their order by the lists
# that systemd's generator reads.
mkdir -p "$root/etc/zfs/zfs-list.cache"
rm -f "$root"/initrd.img.old "$root"/vmlinuz.old
