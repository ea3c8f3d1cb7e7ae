extension SealOperation {
    static let backupFiles = SealOperation(
        name: "backup-files", profile: nil, moment: .running,
        summary: "copies that editors leave behind in /etc, /root, /home and /srv",
        reason: """
            They may hold what was edited away; some people keep such copies on purpose, so it is done on \
            request alone.
            """,
        script: #"""
            # Other operations remove folders meanwhile.
            find /etc /root /home /srv -xdev -type f -regextype posix-extended \
                -regex '.*(~|\.bak|/#[^/]*#|/\.[^/]*\.sw[a-p])' >"$talk/backups" 2>/dev/null || true
            while IFS= read -r path; do remove "$path"; done <"$talk/backups"
            """#)
}
