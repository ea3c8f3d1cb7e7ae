extension SealOperation {
    static let logs = SealOperation(
        name: "logs", profile: .standard, moment: .shutdown,
        summary: "the journal, rotated log files and what log files hold; their names, owners and modes stay",
        reason: "They tell of the build's machine: addresses, accounts, programs' errors.",
        script: #"""
            empty_folder /var/log/journal /var/log/kldload /var/log/audit /var/log/sa /var/log/apt /var/log/rhsm
            find /var/log -xdev -ignore_readdir_race -type f -regextype posix-extended \
                -regex '.*(\.(gz|xz|zst|bz2|old|[0-9])|-[0-9]{8})' -printf 'removed %p\n' -delete
            find /var/log -xdev -ignore_readdir_race -type f -size +0 -printf 'emptied %p\n' \
                -exec truncate --no-create --size 0 {} +
            remove /root/kldload-smoke-report.txt /var/named/data/named.run
            """#)
}
