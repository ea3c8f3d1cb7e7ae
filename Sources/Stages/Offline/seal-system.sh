#!/bin/sh
# Runs in libguestfs's small machine, over the disk with the label 'image': mounts the system on it, and runs a seal's script
# in a chroot there, by the system's own programs. It prints what mount-system.sh prints, then what the script prints, and
# on the last line one of these words:
#
#   none      no system was found
#   foreign   the system's programs do not run in this machine
#   sealed    the script came to its end; it says itself whether something failed
export LC_ALL=C
root=/tmp/system
sh /tmp/mount $root rw || {
    say none
    exit
}
# Nothing of the kernel's is on the disk, and nothing that is made in memory comes onto it.
for folder in dev proc run; do
    [ -d $root/$folder ] || mkdir $root/$folder
done
mount --bind /dev $root/dev
mount -t proc proc $root/proc
mount -t tmpfs tmpfs $root/run
cp /tmp/script $root/run/script
chroot $root /bin/sh -c : || {
    say foreign
    exit
}
chroot $root /bin/sh /run/script
umount $root/dev $root/proc $root/run
# What was removed becomes zeros, once no journal needs it any more.
sync
sed -n "s@^[^ ]* \(${root}[^ ]*\) .*@\1@p" /proc/mounts | while read -r point; do fstrim "$point" 2>/dev/null; done
sync
umount -R $root && say sealed
