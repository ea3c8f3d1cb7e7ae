extension SealOperation {
    static let loginRecords = SealOperation(
        name: "login-records", profile: .standard, moment: .shutdown,
        summary: "who logged in, when and from where, and what failed",
        reason: "They are records of the build's machine, in which its people and hosts are named.",
        script: #"""
            empty /var/log/wtmp /var/log/btmp /var/log/lastlog /var/log/faillog /var/log/tallylog
            remove /var/lib/wtmpdb/wtmp.db /var/lib/lastlog/lastlog2.db /var/lib/pam_lastlog2/lastlog2.db \
                /var/run/utmp
            remove /var/log/wtmp.* /var/log/btmp.*
            """#)
}
