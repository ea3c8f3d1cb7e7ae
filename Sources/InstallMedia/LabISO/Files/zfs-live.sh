# After packages: the installer makes its pool itself, and nothing else looks for one.
set -eu
root=$1
for unit in zfs-import-cache zfs-import-scan zfs-load-module zfs-mount zfs-share zfs-volume-wait; do
    ln -sf /dev/null "$root/etc/systemd/system/$unit.service"
done
rm -f "$root/etc/hostid"
