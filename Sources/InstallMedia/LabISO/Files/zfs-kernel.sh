# After packages: ZFS's modules for Debian's kernel, as a package, and this kernel.
set -eu
root=$1
kernel=$(chroot "$root" dpkg-query --show --showformat='${Depends}' linux-headers-amd64 | sed 's/^linux-headers-\([^ ,]*\).*/\1/')
version=$(chroot "$root" dpkg-query --show --showformat='${Version}' zfs-dkms)
source=$(basename "$root"/usr/src/zfs-*)
# The host's apt, with the new root's package lists: download NAME FILE
download() {
    (cd "$root/tmp" && APT_CONFIG=$MMDEBSTRAP_APT_CONFIG apt-get --quiet download "$1")
    mv "$root/tmp/$1"_*.deb "$root/tmp/$2.deb"
}
download "linux-image-$kernel" kernel
download zfs-initramfs zfs-initramfs

# The installation of zfs-dkms has built them already, or only kept their source.
built=$root/var/lib/dkms/zfs/${source#zfs-}/$kernel/x86_64/module
[ -d "$built" ] || chroot "$root" dkms build -m zfs -v "${source#zfs-}" -k "$kernel"
package=$root/tmp/zfs-modules
mkdir -p "$package/DEBIAN" "$package/usr/lib/modules/$kernel/updates/dkms" "$package/usr/share/doc/zfs-modules-$kernel"
cp "$built"/*.ko* "$package/usr/lib/modules/$kernel/updates/dkms/"
cp "$root/usr/share/doc/zfs-dkms/copyright" "$package/usr/share/doc/zfs-modules-$kernel/"
cat >"$package/DEBIAN/control" <<END
Package: zfs-modules-$kernel
Version: $version
Architecture: amd64
Section: contrib/kernel
Source: zfs-linux
Maintainer: imagefactory <imagefactory@localhost>
Depends: linux-image-$kernel (= $(dpkg-deb --field "$root/tmp/kernel.deb" Version)), kmod
Provides: zfs-modules
Description: ZFS's kernel modules, built from zfs-dkms for Linux $kernel
END
for script in postinst postrm; do
    printf '#!/bin/sh\nset -e\n[ ! -d /usr/lib/modules/%s/kernel ] || depmod %s\n' "$kernel" "$kernel" >"$package/DEBIAN/$script"
    chmod 755 "$package/DEBIAN/$script"
done
dpkg-deb --root-owner-group --build "$package" "$root/tmp/zfs-modules.deb"
