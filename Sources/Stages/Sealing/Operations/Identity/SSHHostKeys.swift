extension SealOperation {
    static let sshHostKeys = SealOperation(
        name: "ssh-host-keys", profile: .minimal, moment: .running,
        summary: "the SSH host keys, and a unit that makes new ones where the distribution has none",
        reason: """
            A host key that all clones share lets each of them pose as every other one. Debian makes keys \
            only when the package is installed, so that a clone would come up without SSH.
            """,
        script: #"""
            remove /etc/ssh/ssh_host_*_key /etc/ssh/ssh_host_*_key.pub /etc/ssh/ssh_host_*_key-cert.pub
            if ! has ssh-keygen || [ ! -d /etc/ssh ]; then return 0; fi
            if grep -rqs --exclude=ssh-host-keys.service ssh-keygen \
                /etc/systemd/system /usr/lib/systemd/system /usr/libexec/openssh; then return 0; fi
            add_unit ssh-host-keys.service <<'UNIT'
            [Unit]
            Description=Make SSH host keys that are missing
            ConditionPathExistsGlob=!/etc/ssh/ssh_host_*_key
            Before=ssh.service sshd.service

            [Service]
            Type=oneshot
            ExecStart=/usr/bin/ssh-keygen -A

            [Install]
            WantedBy=multi-user.target
            UNIT
            """#)
}
