extension SealOperation {
    static let kerberosData = SealOperation(
        name: "kerberos-data", profile: nil, moment: .shutdown,
        summary: "the database of a Kerberos server",
        reason: "Only an image of a server has one, and then it is all accounts of a domain.",
        script: #"""
            remove /var/kerberos/krb5kdc/principal* /var/kerberos/krb5kdc/.k5.* /var/lib/krb5kdc/principal*
            """#)
}
