# Before packages: the initramfs that the kernel's installation makes is the one for the medium.
set -eu
root=$1
mkdir -p "$root/etc/dracut.conf.d"
cat >"$root/etc/dracut.conf.d/lab.conf" <<'END'
hostonly="no"
reproducible="yes"
compress="zstd -19"
dracutmodules="base dash udev-rules rootfs-block img-lib overlayfs dm dmsquash-live fs-lib"
add_drivers="virtio_pci virtio_blk virtio_scsi sd_mod sr_mod cdrom ahci ata_piix nvme xhci_pci ehci_pci usb_storage uas isofs squashfs overlay loop vfat nls_ascii nls_cp437 ext4"
filesystems="isofs squashfs overlay vfat ext4"
kernel_cmdline=""
nofscks="yes"
mdadmconf="no"
lvmconf="no"
early_microcode="no"
END
