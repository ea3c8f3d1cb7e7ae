extension SealOperation {
    static let pamData = SealOperation(
        name: "pam-data", profile: .standard, moment: .shutdown,
        summary: "what PAM's modules remember of logins",
        reason: "A clone would count the build's failed logins as its own.",
        script: #"""
            remove /var/run/console/* /var/run/faillock/* /var/run/sepermit/* /var/lib/faillock/*
            """#)
}
