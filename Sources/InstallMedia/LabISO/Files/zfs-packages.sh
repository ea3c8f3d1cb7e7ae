# After packages: a kernel and the ZFS modules that were built for it. No newer kernel replaces it by itself, since it would
# come without modules.
set -eu
root=$1
chroot "$root" sh -c 'exec dpkg --install /tmp/*.deb'
rm -f "$root"/tmp/*.deb
