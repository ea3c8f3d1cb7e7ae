extension SealTrace {
    /// Traces of the operations in `Operations/Traces`.
    static let traces: [SealTrace] = [
        SealTrace(
            "installer-traces",
            plant: #"""
                mkdir -p /root/kldload-install-logs /etc/kldload
                echo mok >/root/kldload-install-logs/mok-password.txt
                echo rootpw >/root/anaconda-ks.cfg
                printf 'KLDLOAD_HOSTNAME=lab\nKLDLOAD_ROOT_PASSWORD=secret\n' >/etc/kldload/install-manifest.env
                """#,
            left: #"""
                ls -d /root/kldload-install-logs /root/anaconda-ks.cfg
                grep PASSWORD /etc/kldload/install-manifest.env
                """#,
            holds: ["grep -q HOSTNAME /etc/kldload/install-manifest.env"]),
        SealTrace(
            "installation-medium",
            plant: #"""
                echo '/dev/sr0 /media/cdrom0 udf,iso9660 user,noauto 0 0' >>/etc/fstab
                mkdir -p /etc/apt/sources.list.d
                echo 'deb cdrom:[Debian]/ trixie main' >>/etc/apt/sources.list
                printf 'Types: deb\nURIs: http://127.0.0.1:3142/debian\nSuites: trixie\nComponents: main\n' >/etc/apt/sources.list.d/live.sources
                printf 'Types: deb\nURIs: http://mirror.example/debian\nSuites: trixie\nComponents: main\n' >/etc/apt/sources.list.d/ours.sources
                echo 'Acquire::http::Proxy "http://127.0.0.1:3142";' >/etc/apt/apt.conf.d/99live
                """#,
            left: #"""
                grep -E "sr0|cdrom" /etc/fstab /etc/apt/sources.list
                ls /etc/apt/sources.list.d/live.sources
                grep Proxy /etc/apt/apt.conf.d/99live
                """#,
            holds: ["test -f /etc/apt/sources.list.d/ours.sources"]),
        SealTrace(
            "history",
            plant: #"""
                echo ls >/root/.bash_history
                echo q >/root/.viminfo
                """#,
            left: "ls /root/.bash_history /root/.viminfo"),
        SealTrace(
            "cron-spool",
            plant: #"""
                mkdir -p /var/spool/cron/crontabs /etc/cron.d
                echo '* * * * * root job' >/var/spool/cron/crontabs/root
                echo '# ours' >/etc/cron.d/ours
                """#,
            left: "ls /var/spool/cron/crontabs/root",
            holds: ["test -f /etc/cron.d/ours"]),
        SealTrace(
            "mail-spool",
            plant: #"""
                mkdir -p /var/mail
                echo mail >/var/mail/root
                """#,
            left: "ls /var/mail/*"),
        SealTrace(
            "crash-data",
            plant: #"""
                mkdir -p /var/crash /var/lib/systemd/coredump
                echo core >/var/crash/core
                echo core >/var/lib/systemd/coredump/core.1
                """#,
            left: "ls /var/crash/* /var/lib/systemd/coredump/*"),
        SealTrace(
            "abrt-data",
            plant: #"""
                mkdir -p /var/spool/abrt/ccpp-1
                echo core >/var/spool/abrt/ccpp-1/coredump
                """#,
            left: "ls -d /var/spool/abrt/*"),
        SealTrace(
            "logs",
            plant: #"""
                mkdir -p /var/log/journal/1 /var/log/apt
                echo entry >/var/log/journal/1/system.journal
                echo old >/var/log/syslog.1
                echo old >/var/log/messages-20240101
                echo line >/var/log/dpkg.log
                chmod 640 /var/log/dpkg.log
                """#,
            left: #"""
                find /var/log/journal -mindepth 1
                ls /var/log/syslog.1 /var/log/messages-20240101
                cat /var/log/dpkg.log
                """#,
            holds: ["test -f /var/log/dpkg.log", #"test "$(stat -c %a /var/log/dpkg.log)" = 640"#]),
        SealTrace(
            "login-records",
            plant: #"""
                mkdir -p /var/lib/wtmpdb
                echo login >/var/lib/wtmpdb/wtmp.db
                """#,
            left: "ls /var/lib/wtmpdb/wtmp.db"),
        SealTrace(
            "process-accounting",
            plant: #"""
                mkdir -p /var/account
                echo ran >/var/account/pacct
                """#,
            left: "cat /var/account/pacct"),
        SealTrace(
            "temporary-files",
            plant: #"""
                echo token >/tmp/token
                mkdir -p /var/tmp/.hidden
                echo payload >/var/tmp/.hidden/payload
                """#,
            left: "find /tmp /var/tmp -mindepth 1",
            holds: [#"test "$(stat -c %a /var/tmp)" = 1777"#]),
        SealTrace(
            "desktop-sessions",
            plant: #"""
                mkdir -p /var/lib/AccountsService/users /var/cache/man
                echo user >/var/lib/AccountsService/users/admin
                echo index >/var/cache/man/index.db
                """#,
            left: "ls /var/lib/AccountsService/users/* /var/cache/man/*"),
        SealTrace(
            "backup-files",
            plant: #"""
                echo old >/etc/motd~
                echo old >/root/notes.bak
                """#,
            left: "ls /etc/motd~ /root/notes.bak"),
    ]
}
