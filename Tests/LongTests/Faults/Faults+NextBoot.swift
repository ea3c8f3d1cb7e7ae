import Machines
import VirtualMachineTestSupport

/// Faults of the next boot of a disk that was provisioned wrong.
extension Fault {
    /// Changes the boot loader's menu.
    private static func menu(_ change: String) -> String { "sed -i '\(change)' /boot/grub/grub.cfg" }

    static let bootLoader = [
        nextBoot("esp-empty", .noBootMedium, "rm -r /boot/efi/EFI", at: .shown("BdsDxe: failed")),
        nextBoot(
            "esp-wiped", .noBootMedium,
            "ls /boot/efi >/dev/null\numount /boot/efi\ndd if=/dev/zero of=/dev/vda1 bs=1M count=4",
            at: .shown("BdsDxe: failed")),
        nextBoot("grub-gone", .noBootMedium, "rm -r /boot/grub", at: .shown("grub rescue")),
        nextBoot("grub-without-menu", .noBootMedium, "rm /boot/grub/grub.cfg", at: .shown("BdsDxe: starting")),
        nextBoot(
            "menu-halts", .endedUnfinished, "printf 'insmod halt\\nhalt\\n' >/boot/grub/grub.cfg",
            at: .shown("BdsDxe: starting")),
    ]

    static let bootKernel = [
        nextBoot(
            "menu-with-a-wrong-init", .kernelPanic, menu("s,no_timer_check,no_timer_check init=/bin/true,"),
            at: .shown("Kernel panic")),
        nextBoot("menu-without-initrd", .kernelPanic, menu("/initrd /d"), at: .shown("Kernel panic")),
        nextBoot(
            "menu-with-a-wrong-root", .emergencyShell,
            menu("s,root=UUID=[^ ]*,root=UUID=0e0e0e0e-0000-0000-0000-000000000001 rootdelay=3,"),
            at: .shown("Gave up waiting")),
        nextBoot(
            "menu-with-a-break", .emergencyShell, menu("s,no_timer_check,no_timer_check break=init,"),
            at: .shown("(initramfs)")),
        nextBoot(
            "fstab-without-device", .emergencyShell,
            """
            echo 'UUID=0e0e0e0e-0000-0000-0000-000000000001 /srv ext4 x-systemd.device-timeout=5s 0 2' >>/etc/fstab
            """, at: .shown("Timed out waiting for device")),
    ]

    static let installedSystem = [
        nextBoot("records-gone", .notInstalled, "rm /etc/kldload-release", at: connected, reach: .again),
        nextBoot("release-gone", .notInstalled, "rm /etc/os-release /usr/lib/os-release", at: connected, reach: .again),
        nextBoot("release-empty", .notInstalled, ": >/usr/lib/os-release", at: connected, reach: .again),
    ]

    private static let connected = Moment.said("again: the agent has connected")

    /// Lets the first boot's work be done again.
    private static let firstBootAgain = "rm /var/lib/kldload/firstboot-done\n"

    static let firstBoot = [
        nextBoot(
            "first-boot-fails", .postInstallSkipped,
            firstBootAgain + "printf '#!/bin/sh\\nexit 3\\n' >/usr/local/sbin/kldload-firstboot", at: .shown(" login:")),
        nextBoot(
            "first-boot-not-executable", .postInstallSkipped,
            firstBootAgain + "chmod -x /usr/local/sbin/kldload-firstboot", at: .shown(" login:")),
        nextBoot(
            "first-boot-not-wanted", .postInstallSkipped,
            firstBootAgain
                + """
                mkdir -p /etc/systemd/system/kldload-firstboot.service.d
                printf '[Unit]\\nConditionPathExists=/nonexistent\\n' \
                    >/etc/systemd/system/kldload-firstboot.service.d/fault.conf
                """, at: .shown(" login:")),
    ]
}
