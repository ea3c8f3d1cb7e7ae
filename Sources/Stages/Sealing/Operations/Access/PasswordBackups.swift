extension SealOperation {
    static let passwordBackups = SealOperation(
        name: "password-backups", profile: .minimal, moment: .shutdown,
        summary: "the copies of the password files from before their last change",
        reason: "They hold hashes of passwords that are locked or gone.",
        script: #"""
            remove /etc/passwd- /etc/shadow- /etc/group- /etc/gshadow- /etc/subuid- /etc/subgid- /etc/passwd~ \
                /etc/shadow~ /var/backups/passwd.bak /var/backups/shadow.bak /var/backups/group.bak \
                /var/backups/gshadow.bak
            empty /etc/security/opasswd
            """#)
}
