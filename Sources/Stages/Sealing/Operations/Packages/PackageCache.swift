extension SealOperation {
    static let packageCache = SealOperation(
        name: "package-cache", profile: .standard, moment: .running,
        summary: "downloaded packages and lists of packages",
        reason: "They are large, and old when the image is used.",
        script: #"""
            remove /var/cache/apt/*.bin /var/cache/yum/* /var/cache/dnf/* /var/cache/libdnf5/* \
                /var/cache/zypp/* /var/cache/PackageKit/*
            for folder in /var/cache/apt/archives /var/cache/apt/archives/partial /var/cache/pacman/pkg; do
                remove "$folder"/*.deb "$folder"/*.pkg.tar*
            done
            if [ -d /var/lib/apt/lists ]; then
                count=$(find /var/lib/apt/lists -type f ! -name lock | wc -l)
                find /var/lib/apt/lists -type f ! -name lock -delete
                if [ "$count" != 0 ]; then echo "cleared /var/lib/apt/lists of $count"; fi
            fi
            """#)
}
