extension SealOperation {
    static let salt = SealOperation(
        name: "salt", profile: .joined, moment: .shutdown,
        summary: "Salt's id and key of this minion",
        reason: "The master takes clones for one minion.",
        script: #"""
            remove /etc/salt/minion_id /etc/salt/pki/minion /var/cache/salt/minion /var/log/salt/minion*
            """#)
}
