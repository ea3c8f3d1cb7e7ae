internal import Machines

extension SealCatalog {
    /// What is done while the system still runs.
    static let runningOperations = [
        SealOperation(
            "cloud-init", "cloud-init's state, logs and seed, so that the next boot is its first", .running,
            """
            if command -v cloud-init >/dev/null; then cloud-init clean --logs --seed; fi
            rm -rf /var/lib/cloud/instance /var/lib/cloud/instances /var/lib/cloud/data /var/lib/cloud/sem
            rm -f /etc/netplan/50-cloud-init.yaml /etc/network/interfaces.d/50-cloud-init
            """),
        SealOperation(
            "ssh-host-keys", "the SSH host keys, and a unit that makes new ones where the distribution has none",
            .running,
            """
            rm -f /etc/ssh/ssh_host_*_key /etc/ssh/ssh_host_*_key.pub
            command -v ssh-keygen >/dev/null && [ -d /etc/ssh ] || exit 0
            if ! grep -rqs ssh-keygen /etc/systemd/system /usr/lib/systemd/system /usr/libexec/openssh; then
                cat > /etc/systemd/system/ssh-host-keys.service <<'UNIT'
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
                systemctl enable --quiet ssh-host-keys.service
            fi
            """),
        SealOperation(
            "accounts", "the build account's password, root's where none was declared, keys that were not declared",
            .running,
            """
            set -e
            if id "$ACCOUNT" >/dev/null 2>&1 && [ "$ACCOUNT" != root ]; then
                usermod --password '!' "$ACCOUNT"
                home=$(getent passwd "$ACCOUNT" | cut -d: -f6)
                if [ "$ACCOUNT_HAS_KEY" = 0 ]; then
                    rm -f "$home/.ssh/authorized_keys"
                    usermod --expiredate 1 "$ACCOUNT"
                fi
            fi
            if [ "$ROOT_HAS_PASSWORD" = 0 ]; then usermod --password '!' root; fi
            if [ "$ROOT_HAS_KEY" = 0 ]; then
                rm -f /root/.ssh/authorized_keys /root/.ssh/id_* /root/.ssh/known_hosts
                rm -rf /etc/kldload/secrets
            fi
            rm -f /etc/passwd- /etc/shadow- /etc/group- /etc/gshadow- /etc/subuid- /etc/subgid-
            """),
        SealOperation(
            "installer-traces", "the installer's logs and answers, and lines with secrets in its manifest", .running,
            """
            rm -rf /root/kldload-install-logs /var/log/installer
            rm -f /etc/kldload/autoinstall.env /root/answers.env /tmp/kldload-answers.*
            if [ -f /etc/kldload/install-manifest.env ]; then
                sed -i -E '/^[A-Z_]*(PASS|PASSWORD|PASSPHRASE|PSK|SECRET|TOKEN|_KEY)=/d' /etc/kldload/install-manifest.env
            fi
            """),
        SealOperation(
            "agent-drop-in", "the drop-in that let the factory run programs over the guest's agent", .running,
            """
            rm -f \(AgentDropIn.ofBuild.path)
            rmdir "$(dirname \(AgentDropIn.ofBuild.path))" 2>/dev/null || true
            """),
        SealOperation(
            "history", "what shells and programs remember of the build's commands", .running,
            """
            for home in /root /home/*; do
                for name in .bash_history .ash_history .zsh_history .python_history .lesshst .viminfo .wget-hsts \
                    .mysql_history .psql_history .sudo_as_admin_successful; do
                    rm -f "$home/$name"
                done
            done
            """),
        SealOperation(
            "mail-and-crashes", "mail to the build's users, and memory images of crashed programs", .running,
            """
            rm -rf /var/spool/mail/* /var/mail/* /var/crash/* /var/spool/abrt/* /var/lib/systemd/coredump/*
            """),
        SealOperation(
            "package-cache", "downloaded packages and package lists", .running,
            """
            if command -v apt-get >/dev/null; then
                apt-get -q clean
                rm -rf /var/lib/apt/lists/* /var/cache/apt/*.bin
            fi
            if command -v dnf >/dev/null; then dnf -q clean all; fi
            """),
        SealOperation(
            "network-names", "network cards' names and addresses that belong to this machine", .running,
            """
            rm -f /etc/udev/rules.d/70-persistent-net.rules
            for file in /etc/NetworkManager/system-connections/*; do
                [ -f "$file" ] || continue
                sed -i -E '/^(mac-address|uuid)=/d' "$file"
            done
            """),
        SealOperation(
            // Nothing writes it when a system stops; and by then its partition is on the way of being unmounted.
            "boot-seed", "the boot loader's saved random seed, which clones must not share", .running,
            """
            rm -f /boot/efi/loader/random-seed /efi/loader/random-seed /boot/loader/random-seed
            """),
    ]
}
