internal import Attestation

extension IdentityCheck {
    /// What opens the system, or others from it.
    static let access = [
        IdentityCheck(
            "passwords", "no password opens an account but declared ones",
            advice:
                "lock the account at the end of 'provision', or allow it under 'audit:' with the reason"
        ) { system, declarations in
            system.accounts.compactMap { account in
                let shadow = "/etc/shadow"
                return switch account.password {
                case .locked: nil
                case .set where declarations.accountsWithPassword.contains(account.name): nil
                case .set: Trace(path: shadow, title: "a password of the account '\(account.name)'")
                case .empty: Trace(path: shadow, title: "the account '\(account.name)', which opens without a password")
                }
            }
        },
        IdentityCheck(
            "password-backups", "there are no copies of the password files", advice: sealAdvice,
            noFile: [
                "/etc/passwd-", "/etc/shadow-", "/etc/group-", "/etc/gshadow-", "/etc/subuid-", "/etc/subgid-",
                "/etc/shadow.*", "/var/backups/shadow.bak*", "/var/backups/passwd.bak*",
            ], is: "a copy of a password file"),
        IdentityCheck(
            "authorized-keys", "nobody's SSH key opens an account but declared ones",
            advice:
                "remove it at the end of 'provision', or declare the key among the answers"
        ) { system, declarations in
            let homes = Dictionary(system.accounts.map { ($0.homeFolder, $0.name) }) { first, _ in first }
            return system.filledFiles(["~/.ssh/authorized_keys", "~/.ssh/authorized_keys2"]).compactMap { file in
                let home = file.path.components(upTo: "/.ssh/")
                guard homes[home].map(declarations.accountsWithKey.contains) != true else { return nil }
                return Trace(path: file.path, title: "an SSH key that opens an account")
            }
        },
        IdentityCheck(
            "ssh-user-keys", "no account has SSH keys or known hosts of its own", advice: sealAdvice,
            noFile: ["~/.ssh/id_*", "~/.ssh/identity", "~/.ssh/known_hosts", "~/.ssh/known_hosts.old"],
            is: "what SSH keeps for an account"),
        IdentityCheck(
            "credential-files", "no program keeps what it logs in with",
            advice:
                "remove it at the end of 'provision'; what it held has been on the build's disk, so that it should be replaced",
            noFile: [
                "~/.netrc", "~/.pgpass", "~/.git-credentials", "~/.my.cnf", "~/.vault-token", "~/.npmrc", "~/.pypirc",
                "~/.docker/config.json", "~/.dockercfg", "~/.config/containers/auth.json", "~/.kube/config",
                "~/.aws/credentials", "~/.aws/cli/cache/**", "~/.azure/**", "~/.config/gcloud/**", "~/.boto",
                "~/.s3cfg",
                "~/.config/gh/hosts.yml", "~/.config/hub", "~/.config/glab-cli/config.yml",
                "~/.config/rclone/rclone.conf", "~/.cargo/credentials", "~/.cargo/credentials.toml",
                "~/.gem/credentials", "~/.terraform.d/credentials.tfrc.json", "~/.terraformrc", "~/.m2/settings.xml",
                "~/.gradle/gradle.properties", "~/.nuget/NuGet/NuGet.Config", "~/.config/op/config",
                "~/.gnupg/private-keys-v1.d/*", "~/.gnupg/secring.gpg", "~/.config/sops/age/keys.txt",
                "~/.password-store/**", "~/.local/share/keyrings/**", "~/.smbcredentials", "/etc/ppp/chap-secrets",
                "/etc/apt/auth.conf", "/etc/apt/auth.conf.d/**", "/etc/openvpn/*.key", "/run/secrets/**",
                "/etc/ssl/private/*", "/etc/pki/tls/private/*", "/etc/rancher/k3s/k3s.yaml", "/etc/kubernetes/*.conf",
            ], is: "a file in which a program keeps what it logs in with"),
    ]
}

extension String {
    /// The part before `mark`.
    fileprivate func components(upTo mark: String) -> String {
        firstRange(of: mark).map { String(self[..<$0.lowerBound]) } ?? self
    }
}
