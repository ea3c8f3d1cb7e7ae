extension SealOperation {
    static let samba = SealOperation(
        name: "samba", profile: .joined, moment: .shutdown,
        summary: "Samba's databases with this machine's account in the domain, and its logs",
        reason: "They hold the machine's password: every clone is that machine to the domain.",
        script: #"""
            remove /var/lib/samba/*.tdb /var/lib/samba/*.ldb /var/lib/samba/*.dat /var/lib/samba/private/* \
                /etc/samba/secrets.tdb /var/cache/samba/* /var/log/samba/*
            """#)
}
