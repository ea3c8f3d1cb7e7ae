extension SealOperation {
    static let hostName = SealOperation(
        name: "host-name", profile: .minimal, moment: .shutdown,
        summary: "the host name that the installer wrote, and its line in /etc/hosts",
        reason: """
            Clones of one name overwrite each other's records in DNS and in whatever keeps machines by their \
            names. An empty name is set by DHCP or cloud-init.
            """,
        script: #"""
            empty /etc/hostname /etc/HOSTNAME
            edit /etc/hosts '/^127\.0\.1\.1[[:space:]]/d'
            edit /etc/sysconfig/network '/^HOSTNAME=/d'
            for file in /etc/sysconfig/network-scripts/ifcfg-*; do edit "$file" '/^DHCP_HOSTNAME=/d'; done
            """#)
}
