# After packages: what every installed system has in common. No identity, no time, no account.
set -eu
root=$1
mkdir -p "$root/etc/kldload" "$root/etc/systemd/network" "$root/etc/systemd/system/systemd-networkd-wait-online.service.d" \
    "$root/etc/default/grub.d" "$root/boot/efi"

echo server >"$root/etc/kldload/edition"
# The list of security modules is the kernel's own without BPF: with it, every boot of an emulated machine spends seconds
# on a filter that no unit here asks for.
arguments="console=tty1 console=ttyS0,115200 lsm=landlock,lockdown,yama,integrity,apparmor"
echo "$arguments" >"$root/etc/kldload/kernel-arguments"
cat >"$root/etc/default/grub.d/kldload.cfg" <<END
GRUB_TIMEOUT=0
GRUB_DISABLE_OS_PROBER=true
GRUB_CMDLINE_LINUX_DEFAULT=""
GRUB_CMDLINE_LINUX="$arguments"
END

cat >"$root/etc/systemd/network/80-dhcp.network" <<'END'
[Match]
Name=en* eth*

[Network]
DHCP=yes
END
# A machine without a network card, or without a lease, must not wait two minutes for one.
cat >"$root/etc/systemd/system/systemd-networkd-wait-online.service.d/kldload.conf" <<'END'
[Service]
ExecCondition=/bin/sh -c 'for i in /sys/class/net/*; do [ -e "$i/device" ] && exit 0; done; exit 1'
ExecStart=
ExecStart=/usr/lib/systemd/systemd-networkd-wait-online --any --timeout=20
END
# Generators that look for what a virtual machine with one disk and a serial console does not have.
mkdir -p "$root/etc/systemd/system-generators"
for generator in debug hibernate-resume rc-local run ssh system-update sysv tpm2 gpt-auto; do
    ln -sf /dev/null "$root/etc/systemd/system-generators/systemd-$generator-generator"
done
chroot "$root" systemctl enable systemd-networkd.service systemd-resolved.service ssh.service fstrim.timer
chroot "$root" systemctl disable apt-daily.timer apt-daily-upgrade.timer e2scrub_all.timer e2scrub_reap.service
# The agent's port comes before the processor's and the board's hundred devices.
mkdir -p "$root/etc/systemd/system/systemd-udev-trigger.service.d"
cat >"$root/etc/systemd/system/systemd-udev-trigger.service.d/kldload.conf" <<'END'
[Service]
ExecStart=
ExecStart=-udevadm trigger --type=all --action=add --prioritized-subsystem=module,virtio-ports,block,tpmrm,net,tty,input
END
# Units for what is not there either: each costs an emulated processor a quarter of a second in every boot.
for unit in grub-common.service systemd-pstore.service systemd-hibernate-clear.service systemd-network-generator.service \
    systemd-networkd-persistent-storage.service systemd-udev-load-credentials.service systemd-creds.socket \
    systemd-initctl.socket systemd-ask-password-console.path systemd-ask-password-wall.path dev-hugepages.mount \
    sys-fs-fuse-connections.mount sys-kernel-debug.mount sys-kernel-tracing.mount sys-kernel-config.mount \
    modprobe@drm.service modprobe@efi_pstore.service modprobe@fuse.service; do
    ln -sf /dev/null "$root/etc/systemd/system/$unit"
done
ln -sf ../run/systemd/resolve/stub-resolv.conf "$root/etc/resolv.conf"

# The loader of the medium itself, made here because grub is here.
printf 'search --no-floppy --label KLDLOAD --set root\nset prefix=($root)/EFI/BOOT\nconfigfile $prefix/grub.cfg\n' \
    >"$root/tmp/medium.cfg"
chroot "$root" grub-mkimage -O x86_64-efi -p /EFI/BOOT -c /tmp/medium.cfg -o /tmp/medium.efi \
    part_gpt part_msdos fat iso9660 search search_label normal configfile linux echo ls test serial terminal all_video \
    efi_gop minicmd reboot halt

chroot "$root" usermod --lock root
rm -f "$root"/etc/ssh/ssh_host_* "$root/etc/hostname" "$root/var/lib/systemd/random-seed" "$root/var/lib/dbus/machine-id"
: >"$root/etc/machine-id"
rm -f "$root"/var/cache/ldconfig/aux-cache "$root"/var/log/apt/* "$root"/var/log/*.log
rm -f "$root"/etc/passwd- "$root"/etc/shadow- "$root"/etc/group- "$root"/etc/gshadow- "$root"/etc/subuid- "$root"/etc/subgid-
rm -f "$root"/initrd.img.old "$root"/vmlinuz.old "$root"/var/cache/debconf/*-old
# Neither is newer than /usr: nothing is rebuilt on the first boot.
printf 'TIMESTAMP_NSEC=%s000000000\n' "$SOURCE_DATE_EPOCH" >"$root/etc/.updated"
cp "$root/etc/.updated" "$root/var/.updated"
# A mirror's address may hold a password; an installed system gets it without.
sed -i -E 's#://[^/@ ]*@#://#' "$root"/etc/apt/sources.list.d/*.list
