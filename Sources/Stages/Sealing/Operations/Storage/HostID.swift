extension SealOperation {
    static let hostID = SealOperation(
        name: "host-id", profile: nil, moment: .running, place: .guest,
        summary: "ZFS's host id: a new one, with which the pools and the initramfs are written anew",
        reason: """
            Pools and the initramfs must agree with it, or a clone does not import its pool; so it stays as \
            it is by default.
            """,
        script: #"""
            has zpool && has zgenhostid || return 0
            zgenhostid -f
            id=0x$(hostid)
            kernel=/sys/module/spl/parameters/spl_hostid
            if [ -w $kernel ]; then echo $((id)) >$kernel; fi
            # A pool's labels get the host's new id with a new id of the pool.
            for pool in $(zpool list -H -o name); do zpool reguid "$pool"; done
            if has update-initramfs; then
                update-initramfs -u -k all >&2
            elif has dracut; then
                dracut --force --regenerate-all >&2
            elif has mkinitcpio; then
                mkinitcpio -P >&2
            else
                echo 'nothing here makes an initramfs' >&2
                return 1
            fi
            echo "changed /etc/hostid to $id"
            """#)
}
