extension SealOperation {
    static let desktopSessions = SealOperation(
        name: "desktop-sessions", profile: .standard, moment: .shutdown,
        summary: "the login screen's memory of accounts, fingerprints, and caches of fonts and manuals",
        reason: "They tell of the build's accounts, and caches are made anew when they are needed.",
        script: #"""
            empty_folder /var/lib/AccountsService/users /var/lib/AccountService/users /var/lib/fprint
            empty_folder /var/cache/gdm /var/cache/fontconfig /var/cache/man
            remove /var/lib/logrotate.status /var/lib/logrotate/status /var/lib/logrotate/logrotate.status
            """#)
}
