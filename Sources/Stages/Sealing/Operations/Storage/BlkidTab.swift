extension SealOperation {
    static let blkidTab = SealOperation(
        name: "blkid-tab", profile: .standard, moment: .running,
        summary: "blkid's memory of this machine's disks",
        reason: "It names disks that a clone does not have.",
        script: #"""
            remove /etc/blkid.tab /etc/blkid.tab.old /etc/blkid/blkid.tab /etc/blkid/blkid.tab.old
            """#)
}
