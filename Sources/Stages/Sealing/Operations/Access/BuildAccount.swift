extension SealOperation {
    static let buildAccount = SealOperation(
        name: "build-account", profile: nil, moment: .shutdown,
        summary: "the build account itself, with its home",
        reason: """
            For images whose accounts all come from a directory or from cloud-init. Its password is locked \
            without this, too.
            """,
        script: #"""
            if [ -z "$ACCOUNT" ] || [ "$ACCOUNT" = root ] || ! grep -q "^$ACCOUNT:" /etc/passwd; then return 0; fi
            userdel --force --remove "$ACCOUNT" || [ $? = 12 ]
            remove "/var/mail/$ACCOUNT" "/var/spool/mail/$ACCOUNT"
            # These are copies of what was just changed.
            rm -f /etc/passwd- /etc/shadow- /etc/group- /etc/gshadow- /etc/subuid- /etc/subgid-
            echo "removed the account $ACCOUNT"
            """#)
}
