extension SealOperation {
    static let sshUserKeys = SealOperation(
        name: "ssh-user-keys", profile: .minimal, moment: .running,
        summary: """
            SSH keys and known hosts of all accounts; who may log in as root or the build account by a key \
            that was not declared
            """,
        reason: """
            A key that was made for the build is a door into every clone, and a private key in an image is \
            everybody's.
            """,
        script: #"""
            while IFS=: read -r name _ _ _ _ home _; do
                if [ ! -d "$home/.ssh" ]; then continue; fi
                remove "$home"/.ssh/id_* "$home"/.ssh/known_hosts* "$home"/.ssh/environment "$home"/.ssh/agent
                case $name in
                root) declared=$ROOT_HAS_KEY ;;
                "$ACCOUNT") declared=$ACCOUNT_HAS_KEY ;;
                *) declared=1 ;;
                esac
                if [ "$declared" = 0 ]; then remove "$home"/.ssh/authorized_keys "$home"/.ssh/authorized_keys2; fi
                if rmdir "$home/.ssh" 2>/dev/null; then echo "removed $home/.ssh"; fi
            done </etc/passwd
            """#)
}
