# After packages: the live system's units and its one user.
set -eu
root=$1
system=$root/etc/systemd/system
mkdir -p "$root/etc/systemd/network" "$root/etc/kldload" "$system/getty@.service.d"
echo kldload >"$root/etc/hostname"
printf '127.0.0.1 localhost kldload\n::1 localhost\n' >"$root/etc/hosts"
printf '[Match]\nName=en* eth*\n\n[Network]\nDHCP=yes\n' >"$root/etc/systemd/network/80-dhcp.network"
ln -sf ../run/systemd/resolve/stub-resolv.conf "$root/etc/resolv.conf"
: >"$root/etc/fstab"

chroot "$root" useradd --create-home --shell /bin/bash --groups sudo live
# The password is 'live', as everyone knows.
chroot "$root" usermod --password '$6$kldloadlab$Yyv9XYOVwvcstDRNRlnnkHZEa5cDcf5P/hIabtVXnn5kVckBx5RPPURMm.mj3luvaq6fMz8Ei4bMdNeoxylQo0' live
echo 'live ALL=(ALL:ALL) NOPASSWD: ALL' >"$root/etc/sudoers.d/live"
chmod 440 "$root/etc/sudoers.d/live"
chroot "$root" usermod --lock root

# The network is started by those who need it; the rest has nothing to do in a system that lives for two minutes.
chroot "$root" systemctl disable systemd-networkd.service systemd-resolved.service systemd-networkd-wait-online.service || :
for unit in apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer e2scrub_reap.service \
    fstrim.timer grub-common.service systemd-hwdb-update.service ldconfig.service systemd-journal-catalog-update.service \
    systemd-update-done.service systemd-sysusers.service systemd-firstboot.service systemd-random-seed.service \
    systemd-pstore.service systemd-update-utmp.service systemd-update-utmp-runlevel.service systemd-binfmt.service \
    systemd-tpm2-setup.service systemd-tpm2-setup-early.service systemd-pcrphase.service systemd-pcrphase-sysinit.service \
    systemd-pcrmachine.service systemd-timesyncd.service logrotate.timer man-db.timer systemd-tmpfiles-clean.timer \
    systemd-machine-id-commit.service systemd-remount-fs.service systemd-logind.service dracut-shutdown.service \
    systemd-user-sessions.service getty@tty1.service systemd-hostnamed.socket systemd-creds.socket sys-kernel-debug.mount sys-kernel-tracing.mount \
    dev-hugepages.mount dev-mqueue.mount modprobe@configfs.service modprobe@drm.service modprobe@efi_pstore.service \
    modprobe@fuse.service sys-fs-fuse-connections.mount sys-kernel-config.mount systemd-journal-flush.service; do
    ln -sf /dev/null "$system/$unit"
done
# What a generator would find is known: one login on the serial console, nothing to mount.
mkdir -p "$root/etc/systemd/system-generators" "$system/getty.target.wants"
for generator in "$root"/usr/lib/systemd/system-generators/*; do
    ln -sf /dev/null "$root/etc/systemd/system-generators/${generator##*/}"
done
rm -f "$system"/getty.target.wants/* "$system"/timers.target.wants/*
rm -f "$root/usr/lib/systemd/system/multi-user.target.wants/dbus.service" "$root/usr/lib/systemd/system/getty.target.wants/getty-static.service"
ln -sf /usr/lib/systemd/system/serial-getty@.service "$system/getty.target.wants/serial-getty@ttyS0.service"
ln -sf /usr/lib/systemd/system/multi-user.target "$system/default.target"
mkdir -p "$system/multi-user.target.wants"
ln -sf /usr/lib/systemd/system/kldload-autoinstall.service "$system/multi-user.target.wants/"
mkdir -p "$root/etc/systemd/journald.conf.d"
printf '[Journal]\nStorage=volatile\n' >"$root/etc/systemd/journald.conf.d/lab.conf"
# The fault no-agent keeps the agent of the live system away.
mkdir -p "$system/qemu-guest-agent.service.d"
cat >"$system/qemu-guest-agent.service.d/lab.conf" <<'END'
[Service]
ExecCondition=/bin/sh -c '! grep -Eq "(^| )lab[.]fault=([a-z-]+,)*no-agent(,| |$)" /proc/cmdline'
TimeoutStopSec=2
END

# Only what an installation needs is probed again after the initramfs: disks, network, consoles, the agent's port.
mkdir -p "$system/systemd-udev-trigger.service.d"
cat >"$system/systemd-udev-trigger.service.d/lab.conf" <<'END'
[Service]
ExecStart=
ExecStart=-udevadm trigger --type=devices --action=add --prioritized-subsystem=virtio-ports,block,tty \
    --subsystem-match=block --subsystem-match=tty --subsystem-match=virtio --subsystem-match=virtio-ports \
    --subsystem-match=net --subsystem-match=pci --subsystem-match=scsi --subsystem-match=usb --subsystem-match=nvme
END

mv "$root"/boot/vmlinuz-* "$root/boot/vmlinuz"
mv "$root"/boot/initrd.img-* "$root/boot/initrd.img"
rm -f "$root"/boot/System.map-* "$root"/boot/config-* "$root"/initrd.img* "$root"/vmlinuz*
rm -f "$root/var/lib/systemd/random-seed" "$root/var/lib/dbus/machine-id"
rm -f "$root"/var/cache/ldconfig/aux-cache "$root"/var/log/apt/* "$root"/var/log/*.log "$root"/var/cache/debconf/*-old
rm -f "$root"/etc/passwd- "$root"/etc/shadow- "$root"/etc/group- "$root"/etc/gshadow- "$root"/etc/subuid- "$root"/etc/subgid-
# A fixed identity: the live system is one and the same for all, and lives in memory.
echo 6b6c646c6f61640000000000006c6162 >"$root/etc/machine-id"
rm -f "$root"/etc/apt/sources.list.d/*.list
