extension SealTrace {
    /// Traces of the operations in `Operations/Access`.
    static let access: [SealTrace] = [
        SealTrace(
            "accounts",
            plant: #"""
                id admin >/dev/null 2>&1 || useradd -m admin
                echo admin:build-password | chpasswd
                chage -E -1 admin
                id guest >/dev/null 2>&1 || useradd -M guest
                usermod -p '' guest
                usermod -p '$6$salt$hash' root
                """#,
            left: #"""
                grep -E '^(admin|root):\$' /etc/shadow
                grep '^guest::' /etc/shadow
                awk -F: '$1 == "admin" && $8 != 1' /etc/shadow
                """#),
        SealTrace(
            "ssh-user-keys",
            plant: #"""
                id admin >/dev/null 2>&1 || useradd -m admin
                mkdir -p /root/.ssh /home/admin/.ssh
                for file in id_ed25519 known_hosts authorized_keys; do
                    echo builder >/root/.ssh/$file
                    echo builder >/home/admin/.ssh/$file
                done
                id ops >/dev/null 2>&1 || useradd -m ops
                mkdir -p /home/ops/.ssh
                echo declared >/home/ops/.ssh/authorized_keys
                """#,
            left: "find /root/.ssh /home/admin/.ssh -mindepth 1",
            holds: ["grep -q declared /home/ops/.ssh/authorized_keys"]),
        SealTrace(
            "build-account",
            plant: "id admin >/dev/null 2>&1 || useradd -m admin",
            left: #"""
                grep ^admin: /etc/passwd
                ls -d /home/admin
                """#),
        SealTrace(
            "password-backups",
            plant: #"""
                echo root:hash >/etc/shadow-
                echo root >/etc/passwd-
                mkdir -p /etc/security
                echo old >/etc/security/opasswd
                """#,
            left: #"""
                ls /etc/passwd- /etc/shadow-
                cat /etc/security/opasswd
                """#),
        SealTrace(
            "agent-drop-in",
            plant: #"""
                mkdir -p /etc/systemd/system/qemu-guest-agent.service.d
                echo '[Service]' >/etc/systemd/system/qemu-guest-agent.service.d/99-imagefactory.conf
                """#,
            left: "ls -d /etc/systemd/system/qemu-guest-agent.service.d"),
        SealTrace(
            "kldload-secrets",
            plant: #"""
                mkdir -p /etc/kldload/secrets /etc/kldload/ca /etc/kldload/tls /var/lib/kldload
                echo private >/etc/kldload/secrets/admin
                echo 'ssh-ed25519 AAAAkldloadkey kldload' >/etc/kldload/secrets/admin.pub
                echo key >/etc/kldload/ca/ca.key
                echo key >/etc/kldload/tls/server.key
                touch /var/lib/kldload/firstboot-done
                """#,
            left: #"""
                ls -d /etc/kldload/secrets /etc/kldload/ca /etc/kldload/tls /var/lib/kldload/firstboot-done
                """#),
        SealTrace(
            "module-signing-keys",
            plant: #"""
                mkdir -p /var/lib/dkms
                echo key >/var/lib/dkms/mok.key
                """#,
            left: "ls /var/lib/dkms/mok.key"),
    ]
}
