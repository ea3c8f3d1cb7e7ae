extension SealOperation {
    static let hardwareID = SealOperation(
        name: "hardware-id", profile: .joined, moment: .running,
        summary: "the id of this hardware that Smolt reports",
        reason: "All clones report as one.",
        script: #"""
            remove /etc/smolt/hw-uuid /etc/smolt/uuid /etc/sysconfig/hw-uuid
            """#)
}
