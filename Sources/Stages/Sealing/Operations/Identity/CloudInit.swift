extension SealOperation {
    static let cloudInit = SealOperation(
        name: "cloud-init", profile: .minimal, moment: .shutdown,
        summary: "cloud-init's instance, its seed and its logs, so that the next boot is its first",
        reason: """
            With the instance of the build, cloud-init takes a clone for a machine it has set up already, \
            and does nothing.
            """,
        script: #"""
            for script in /etc/cloud/clean.d/*; do
                # The distribution's own part of the cleaning; it is run by cloud-init otherwise.
                if [ -f "$script" ] && [ -x "$script" ] && [ -e /var/lib/cloud/instance ]; then "$script" >&2; fi
            done
            remove /var/lib/cloud/instance /var/lib/cloud/instances /var/lib/cloud/data /var/lib/cloud/sem \
                /var/lib/cloud/seed
            remove /var/log/cloud-init.log* /var/log/cloud-init-output.log*
            if has cloud-init; then remove /etc/netplan/50-cloud-init.yaml /etc/network/interfaces.d/50-cloud-init; fi
            """#)
}
