extension SealOperation {
    static let machineID = SealOperation(
        name: "machine-id", profile: .minimal, moment: .shutdown,
        summary: "the machine id, emptied and not removed, and D-Bus's copy of it",
        reason: """
            Clones with one id get one DHCP lease, and their logs are taken for one machine's. Without the \
            file at all, the next boot would count as the first one of an unconfigured system.
            """,
        script: #"""
            empty /etc/machine-id
            if [ ! -e /etc/machine-id ]; then
                : >/etc/machine-id
                echo 'made an empty /etc/machine-id'
            fi
            if [ ! -L /var/lib/dbus/machine-id ]; then remove /var/lib/dbus/machine-id; fi
            """#)
}
