extension SealOperation {
    static let dovecotData = SealOperation(
        name: "dovecot-data", profile: .standard, moment: .shutdown,
        summary: "Dovecot's instances and parameters that were made for this machine",
        reason: "They name the build's machine.",
        script: #"""
            remove /var/lib/dovecot/*
            """#)
}
