extension SealOperation {
    static let installationMedium = SealOperation(
        name: "installation-medium", profile: .standard, moment: .running,
        summary: """
            the installation medium in fstab and in the package sources, and sources that the live system \
            served
            """,
        reason: "A clone has no such medium: its package manager fails, or waits for it.",
        script: #"""
            nearby='(cdrom:|file:/+(media|run|mnt|cdrom)|//(127\.0\.0\.1|localhost)[:/])'
            edit /etc/fstab -E '/[[:space:]](udf,iso9660|iso9660)[[:space:]]/d'
            for file in /etc/apt/sources.list /etc/apt/sources.list.d/*.list; do
                edit "$file" -E "\\@^[[:space:]]*deb(-src)?[[:space:]].*$nearby@d"
            done
            for file in /etc/apt/sources.list.d/*.sources /etc/yum.repos.d/*.repo; do
                # Where others are in the same file, it is the recipe's.
                if grep -qsE "^(URIs:|baseurl *=).*$nearby" "$file" &&
                    ! grep -E '^(URIs:|baseurl *=|mirrorlist *=|metalink *=)' "$file" | grep -qvE "$nearby"; then
                    remove "$file"
                fi
            done
            for file in /etc/apt/apt.conf /etc/apt/apt.conf.d/* /etc/dnf/dnf.conf /etc/yum.conf; do
                edit "$file" -E '/proxy.*\/\/(127\.0\.0\.1|localhost)[:\/]/Id'
            done
            """#)
}
