extension SealOperation {
    static let kldloadSecrets = SealOperation(
        name: "kldload-secrets", profile: .minimal, moment: .shutdown,
        summary: """
            kldload's own secrets: its certificate authority, TLS keys, key pairs and root's line for them, \
            and module signing keys
            """,
        reason: """
            Its first boot makes them, and that boot was the build's: all clones would have one authority \
            and one key. The mark of that boot goes with them, so that a clone makes its own.
            """,
        script: #"""
            for key in /etc/kldload/secrets/*.pub; do
                [ -f "$key" ] || continue
                read -r _ blob _ <"$key"
                edit /root/.ssh/authorized_keys "\\|$blob|d"
            done
            count=$(find /etc/kldload/secrets /etc/kldload/ca /etc/kldload/tls -type f 2>/dev/null | wc -l)
            remove /etc/kldload/secrets /etc/kldload/ca /etc/kldload/tls
            remove /etc/ssl/private/kldload* /etc/ssl/certs/kldload* /etc/pki/tls/private/kldload* \
                /etc/pki/tls/certs/kldload*
            if [ "$count" != 0 ]; then remove /var/lib/kldload/firstboot-done; fi
            """#)
}
