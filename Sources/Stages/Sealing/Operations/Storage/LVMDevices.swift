extension SealOperation {
    static let lvmDevices = SealOperation(
        name: "lvm-devices", profile: .minimal, moment: .running,
        summary: """
            LVM's list of the disks that it may look at, and its copies of descriptions of this machine's \
            disks
            """,
        reason: """
            The list holds serial numbers of the build's disks: a clone's are others, and LVM does not find \
            its volumes.
            """,
        script: #"""
            remove /etc/lvm/devices/system.devices /etc/lvm/devices/backup /etc/lvm/cache/.cache
            empty_folder /etc/lvm/archive /etc/lvm/backup
            """#)
}
