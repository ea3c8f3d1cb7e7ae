extension SealOperation {
    static let multipathDevices = SealOperation(
        name: "multipath-devices", profile: .minimal, moment: .shutdown,
        summary: "multipath's list of this machine's disks",
        reason: "A clone's disks have other ids, and old names are given to new disks.",
        script: #"""
            remove /etc/multipath/bindings /etc/multipath/wwids /var/lib/multipath/bindings \
                /var/lib/multipath/wwids
            """#)
}
