# Before packages: how the initramfs is made. It holds what a disk of a virtual machine can need and nothing else.
set -eu
root=$1
mkdir -p "$root/etc/initramfs-tools/conf.d" "$root/etc/initramfs-tools/hooks"
printf 'MODULES=list\nCOMPRESS=zstd\nCOMPRESSLEVEL=19\n' >"$root/etc/initramfs-tools/conf.d/kldload"
cat >"$root/etc/initramfs-tools/hooks/kldload" <<'END'
#!/bin/sh
[ "$1" = prereqs ] && exit 0
. /usr/share/initramfs-tools/hook-functions
manual_add_modules virtio_pci virtio_blk virtio_scsi virtio_console sd_mod ahci vmw_pvscsi nvme xen_blkfront hv_storvsc ext4 crc32c
END
chmod 755 "$root/etc/initramfs-tools/hooks/kldload"
