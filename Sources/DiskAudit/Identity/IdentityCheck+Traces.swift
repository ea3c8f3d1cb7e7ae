extension IdentityCheck {
    /// What the build and the installation have left.
    static let traces = [
        IdentityCheck(
            "histories", "no shell or program remembers commands", advice: sealAdvice,
            noFile: [
                "~/.bash_history", "~/.ash_history", "~/.sh_history", "~/.zsh_history", "~/.zhistory",
                "~/.local/share/fish/fish_history", "~/.python_history", "~/.node_repl_history", "~/.irb_history",
                "~/.mysql_history", "~/.psql_history", "~/.sqlite_history", "~/.rediscli_history", "~/.lesshst",
                "~/.viminfo", "~/.local/share/nvim/shada/**", "~/.wget-hsts",
            ], is: "a history of commands"),
        IdentityCheck(
            "logs", "logs and login records are empty", advice: sealAdvice,
            noFile: [
                "/var/log/journal/**", "/run/log/journal/**", "/var/log/*.log", "/var/log/syslog", "/var/log/messages",
                "/var/log/secure", "/var/log/audit/**", "/var/log/wtmp", "/var/log/btmp", "/var/log/lastlog",
                "/var/log/faillog", "/var/log/tallylog", "/var/run/utmp", "/var/lib/wtmpdb/wtmp.db",
                "/var/lib/lastlog/lastlog2.db", "/var/log/account/**", "/var/account/**", "/var/log/sssd/**",
            ], is: "a log of the build"),
        IdentityCheck(
            "old-logs", "no log was set aside", advice: sealAdvice,
            noFile: [
                "/var/log/*.gz", "/var/log/*.xz", "/var/log/*.zst", "/var/log/*.[0-9]", "/var/log/*.old",
                "/var/log/*/*.gz",
            ],
            is: "a log of the build"),
        IdentityCheck(
            "installer", "the installer's logs, answers and snapshots are gone", advice: sealAdvice,
            noFile: [
                "/root/kldload-install-logs/**", "/var/log/installer/**", "/var/log/kldload/**", "/var/log/anaconda/**",
                "/etc/kldload/autoinstall.env", "/etc/kldload/secrets/**", "/root/answers.env",
                "/tmp/kldload-answers.*",
                "/root/anaconda-ks.cfg", "/root/original-ks.cfg", "/root/kldload-smoke-report.txt",
                "/.snapshots/*install*", "/var/lib/kldload/snapshots/**", "/var/lib/cloud/seed/**",
                "/root/*.iso", "/boot/answers.env",
            ], is: "what the installer has left"),
        IdentityCheck(
            "build-access", "what let the factory work in the system is gone", advice: sealAdvice,
            noFile: [
                "/etc/systemd/system/qemu-guest-agent.service.d/*imagefactory*", "/etc/imagefactory-seal/**",
                "/etc/systemd/system/imagefactory-*", "/etc/apt/apt.conf.d/*proxy*", "/etc/sudoers.d/*imagefactory*",
            ], is: "what the build needed alone"),
        IdentityCheck(
            "temporary-files", "the folders for temporary files are empty", advice: sealAdvice,
            noFile: ["/tmp/**", "/var/tmp/**"], is: "a temporary file"),
        IdentityCheck(
            "jobs-and-mail", "no job or mail waits", advice: sealAdvice,
            noFile: [
                "/var/spool/cron/**", "/var/spool/at/**", "/var/spool/anacron/**", "/var/mail/**", "/var/spool/mail/**",
            ],
            is: "a job or mail of the build"),
        IdentityCheck(
            "crashes", "there is no memory of a crashed program", advice: sealAdvice,
            noFile: [
                "/var/crash/**", "/var/lib/systemd/coredump/**", "/var/spool/abrt/**", "/var/lib/systemd/pstore/**",
                "/var/lib/apport/coredump/**", "/core", "/root/core",
            ], is: "the memory of a crashed program"),
        IdentityCheck(
            "package-caches", "no downloaded packages are kept", advice: sealAdvice,
            noFile: [
                "/var/cache/apt/archives/*.deb", "/var/cache/apt/*.bin", "/var/lib/apt/lists/*_*", "/var/cache/dnf/**",
                "/var/cache/yum/**", "/var/cache/libdnf5/**", "/var/lib/rpm/__db.*",
            ], is: "what a package manager downloaded"),
    ]
}
