extension SealCatalog {
    /// What is done at the end of the shutdown.
    static let shutdownOperations = [
        SealOperation(
            "machine-id", "the machine id, emptied and not removed, and D-Bus's copy of it", .shutdown,
            """
            truncate -s 0 /etc/machine-id || return 1
            if [ ! -L /var/lib/dbus/machine-id ]; then rm -f /var/lib/dbus/machine-id; fi
            """),
        SealOperation(
            "random-seed", "the saved random seed and systemd's credential secret, which clones must not share",
            .shutdown,
            """
            rm -f /var/lib/systemd/random-seed /var/lib/urandom/random-seed /var/lib/systemd/credential.secret
            """),
        SealOperation(
            "leases", "addresses that were leased to this machine", .shutdown,
            """
            rm -f /var/lib/dhcp/*.lease* /var/lib/dhclient/* /var/lib/dhcpcd/* \
                /var/lib/NetworkManager/*.lease /var/lib/NetworkManager/*.leases /var/lib/NetworkManager/timestamps \
                /var/lib/NetworkManager/secret_key /var/lib/NetworkManager/seen-bssids
            """),
        SealOperation(
            "logs", "the journal, emptied log files, rotated ones, and records of logins", .shutdown,
            """
            rm -rf /var/log/journal/* /var/log/cloud-init* /var/log/kldload
            find /var/log -xdev -type f \\( -name '*.gz' -o -name '*.xz' -o -name '*.zst' -o -name '*.old' \
                -o -name '*.[0-9]' \\) -delete
            find /var/log -xdev -type f -exec truncate -s 0 {} +
            rm -f /var/lib/wtmpdb/wtmp.db /var/lib/lastlog/lastlog2.db
            rm -f /root/kldload-smoke-report.txt
            """),
        SealOperation(
            "temporary-files", "what the build left in the folders for temporary files", .shutdown,
            """
            find /tmp /var/tmp -xdev -mindepth 1 -delete
            rm -rf /var/lib/cloud/instance /var/lib/cloud/instances /var/lib/cloud/data /var/lib/cloud/sem
            """),
    ]
}
