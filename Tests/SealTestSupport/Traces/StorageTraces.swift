extension SealTrace {
    /// Traces of the operations in `Operations/Storage`.
    static let storage: [SealTrace] = [
        SealTrace(
            "lvm-devices",
            plant: #"""
                mkdir -p /etc/lvm/devices /etc/lvm/archive
                echo wwid >/etc/lvm/devices/system.devices
                echo vg >/etc/lvm/archive/vg_1.vg
                """#,
            left: "ls /etc/lvm/devices/* /etc/lvm/archive/*"),
        SealTrace(
            "multipath-devices",
            plant: #"""
                mkdir -p /etc/multipath
                echo wwid >/etc/multipath/wwids
                """#,
            left: "ls /etc/multipath/wwids"),
        SealTrace(
            "blkid-tab",
            plant: #"""
                mkdir -p /etc/blkid
                echo tab >/etc/blkid/blkid.tab
                """#,
            left: "ls /etc/blkid/blkid.tab"),
        SealTrace(
            "swap",
            plant: #"""
                head -c 1M /dev/zero >/swapfile
                chmod 600 /swapfile
                mkswap -q -U 11111111-2222-3333-4444-555555555555 -L planted /swapfile >/dev/null
                printf swapped-secret | dd of=/swapfile bs=1 seek=500000 conv=notrunc status=none
                echo '/swapfile none swap noauto 0 0' >>/etc/fstab
                """#,
            left: "grep -ao swapped-secret /swapfile",
            holds: [
                "blkid -p /swapfile | grep -q 11111111-2222-3333-4444-555555555555",
                "blkid -p /swapfile | grep -q planted",
            ]),
        SealTrace(
            "zfs-snapshots", isForChroot: true,
            plant: #"""
                cat >/usr/local/sbin/zpool <<'END'
                #!/bin/sh
                case "$1 $*" in
                list*) [ -e /var/lib/pool ] && echo rpool ;;
                get*checkpoint*) if [ -e /var/lib/pool/checkpoint ]; then echo 1M; else echo -; fi ;;
                checkpoint*discard*) rm /var/lib/pool/checkpoint ;;
                reguid*) echo new >/var/lib/pool/guid ;;
                esac
                END
                cat >/usr/local/sbin/zfs <<'END'
                #!/bin/sh
                case "$*" in
                *snapshot*) cat /var/lib/pool/snapshots ;;
                list*) cat /var/lib/pool/datasets ;;
                destroy*) grep -vxF "$2" /var/lib/pool/snapshots >/var/lib/pool/rest; mv /var/lib/pool/rest /var/lib/pool/snapshots ;;
                mount*) echo "$2" >>/var/lib/pool/mounted ;;
                esac
                END
                cat >/usr/local/sbin/zgenhostid <<'END'
                #!/bin/sh
                printf '\1\2\3\4' >/etc/hostid
                END
                printf '#!/bin/sh\n' >/usr/local/sbin/update-initramfs
                chmod 755 /usr/local/sbin/*
                mkdir -p /var/lib/pool
                touch /var/lib/pool/checkpoint
                printf 'rpool/home\tno\ton\t/home/more\n' >/var/lib/pool/datasets
                printf 'rpool@install-1\nrpool/var/lib@install-1\n' >/var/lib/pool/snapshots
                echo old >/var/lib/pool/guid
                """#,
            left: #"""
                cat /var/lib/pool/snapshots
                ls /var/lib/pool/checkpoint
                """#,
            holds: ["grep -q rpool/home /var/lib/pool/mounted"]),
        SealTrace(
            "zpool-cache",
            plant: #"""
                mkdir -p /etc/zfs
                echo cache >/etc/zfs/zpool.cache
                """#,
            left: "ls /etc/zfs/zpool.cache"),
        SealTrace(
            "host-id", isForChroot: true,
            plant: #"""
                printf '\0\0\0\0' >/etc/hostid
                """#,
            left: "grep -x old /var/lib/pool/guid",
            holds: [#"test "$(hostid)" = 04030201"#]),
    ]
}
