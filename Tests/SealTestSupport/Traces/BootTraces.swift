extension SealTrace {
    /// Traces of the operations in `Operations/Boot`.
    static let boot: [SealTrace] = [
        SealTrace(
            "efi-fallback",
            plant: #"""
                mkdir -p /boot/efi/EFI/debian
                rm -rf /boot/efi/EFI/BOOT
                echo shim >/boot/efi/EFI/debian/shimx64.efi
                echo grub >/boot/efi/EFI/debian/grubx64.efi
                """#,
            left: "test -f /boot/efi/EFI/BOOT/BOOTX64.EFI || echo no fallback",
            holds: ["grep -q grub /boot/efi/EFI/BOOT/grubx64.efi", "grep -q shim /boot/efi/EFI/BOOT/BOOTX64.EFI"]),
        SealTrace(
            "efi-entries", isForChroot: true,
            plant: #"""
                cat >/usr/local/sbin/efibootmgr <<'END'
                #!/bin/sh
                case "$*" in
                --verbose) cat /var/lib/firmware ;;
                *) number=${*##* }; sed -i "/^Boot$number/d" /var/lib/firmware ;;
                esac
                END
                chmod 755 /usr/local/sbin/efibootmgr
                printf 'BootCurrent: 0001\nBoot0001* debian\tHD(1,GPT,AAAA,0x800,0x1000)/File(shim)\nBoot0002* installer\tPciRoot(0x0)/CDROM(1,0x1,0x2)\nBoot0003* setup\tFvVol(x)\n' \
                    >/var/lib/firmware
                mkdir -p /dev/disk/by-partuuid
                touch /dev/disk/by-partuuid/aaaa
                """#,
            left: "grep installer /var/lib/firmware",
            holds: ["grep -q debian /var/lib/firmware", "grep -q setup /var/lib/firmware"]),
        SealTrace(
            "selinux-relabel", isForChroot: true,
            plant: #"""
                mkdir -p /etc/selinux
                echo SELINUX=enforcing >/etc/selinux/config
                """#,
            left: "test -e /.autorelabel || echo unlabelled"),
    ]
}
