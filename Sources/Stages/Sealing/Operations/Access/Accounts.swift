extension SealOperation {
    static let accounts = SealOperation(
        name: "accounts", profile: .minimal, moment: .running,
        summary: """
            passwords of every account that the answers do not declare: locked; the build account without a \
            key: expired
            """,
        reason: "A password that somebody chose for the build opens every clone, and nobody changes it.",
        script: #"""
            while IFS=: read -r name hash _; do
                case $name:$hash in
                root:*) [ "$ROOT_HAS_PASSWORD" = 0 ] || continue ;;
                esac
                case $hash in
                '!' | '!!' | '*' | '!*') continue ;;
                esac
                # Locking alone would leave the hash where somebody finds it.
                usermod --password '!' "$name"
                echo "locked the password of $name"
            done </etc/shadow
            if [ -z "$ACCOUNT" ] || [ "$ACCOUNT" = root ] || [ "$ACCOUNT_HAS_KEY" = 1 ]; then return 0; fi
            while IFS=: read -r name _ _ _ _ _ _ expiry _; do
                if [ "$name" != "$ACCOUNT" ] || [ "$expiry" = 1 ]; then continue; fi
                usermod --expiredate 1 "$name"
                echo "expired $name"
            done </etc/shadow
            """#)
}
