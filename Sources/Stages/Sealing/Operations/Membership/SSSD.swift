extension SealOperation {
    static let sssd = SealOperation(
        name: "sssd", profile: .joined, moment: .shutdown,
        summary: "SSSD's copies of the domain's accounts, and its logs",
        reason: "They hold hashes of the passwords of who logged in.",
        script: #"""
            remove /var/lib/sss/db/* /var/lib/sss/mc/* /var/lib/sss/pubconf/krb5.include.d/* /var/log/sssd/*
            """#)
}
