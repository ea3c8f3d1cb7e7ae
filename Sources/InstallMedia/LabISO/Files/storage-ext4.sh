# shellcheck shell=bash
# A root on ext4: made, booted by GRUB.

STORAGE_SUMMARY='GPT, ESP and ext4'
SNAPSHOT_SUMMARY='none: ext4 has no snapshots'
ROOT_TYPE=linux
ROOT_UUID=

make_root() {
    local root=$1 options=lazy_itable_init=1,nodiscard
    [[ $PREZEROED == yes ]] && options=assume_storage_prezeroed=1,nodiscard
    ROOT_UUID=$(cat /proc/sys/kernel/random/uuid)
    step storage mkfs.ext4 -q -F -L rpool -U "$ROOT_UUID" -E "$options" "$root"
    # A crash here is a failed installation anyway: no barriers until the end.
    step storage mount -o noatime,nobarrier "$root" "$TARGET"
}

make_home() { :; }

# The lines of fstab for the root.
root_mounts() { echo "UUID=$ROOT_UUID / ext4 errors=remount-ro 0 1"; }

boot_environment() { echo "ext4:${ANSWERS[KLDLOAD_HOSTNAME]-}"; }

take_snapshot() { :; }

install_bootloader() {
    step bootloader chroot "$TARGET" grub-install --target=x86_64-efi --efi-directory=/boot/efi --removable --no-nvram \
        --no-uefi-secure-boot
    # Without this, a kernel on a busy emulator now and then takes its timer for broken and panics.
    put 644 /etc/default/grub.d/timer.cfg <<<'GRUB_CMDLINE_LINUX="$GRUB_CMDLINE_LINUX no_timer_check"'
    # What update-grub would write, without its probing: kernel updates run the real one.
    put 600 /boot/grub/grub.cfg <<END
set timeout=0
insmod part_gpt
insmod ext2
search --no-floppy --fs-uuid --set=root $ROOT_UUID
menuentry 'Debian GNU/Linux' {
    linux /vmlinuz root=UUID=$ROOT_UUID ro $(cat "$TARGET/etc/kldload/kernel-arguments") no_timer_check
    initrd /initrd.img
}
END
}

release_root() {
    ! mountpoint -q "$TARGET" || umount "$TARGET" 2>/dev/null
}
