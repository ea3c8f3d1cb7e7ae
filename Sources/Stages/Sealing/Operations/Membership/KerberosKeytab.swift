extension SealOperation {
    static let kerberosKeytab = SealOperation(
        name: "kerberos-keytab", profile: .joined, moment: .shutdown,
        summary: "this host's Kerberos keys",
        reason: "With them every clone is that host to the domain.",
        script: #"""
            remove /etc/krb5.keytab /var/lib/krb5kdc/*.keytab
            """#)
}
