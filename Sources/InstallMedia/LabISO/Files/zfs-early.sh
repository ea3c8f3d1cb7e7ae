# Before packages: an initramfs with ZFS in place of ext4. The installer makes it anew, on whatever machine it runs, so that
# it is packed fast.
set -eu
root=$1
sed -i 's/^COMPRESSLEVEL=.*/COMPRESSLEVEL=3/' "$root/etc/initramfs-tools/conf.d/kldload"
sed -i 's/ ext4 crc32c$//' "$root/etc/initramfs-tools/hooks/kldload"
