extension SealOperation {
    static let cloudInitSwitch = SealOperation(
        name: "cloud-init-switch", profile: .standard, moment: .running,
        summary: "the file by which an installer turns cloud-init off",
        reason: """
            An image whose cloud-init is off takes no host name, no keys and no addresses from whoever \
            deploys it.
            """,
        script: #"""
            remove /etc/cloud/cloud-init.disabled
            """#)
}
