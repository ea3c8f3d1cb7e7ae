extension SealTrace {
    /// Traces of the operations in `Operations/Packages`.
    static let packages: [SealTrace] = [
        SealTrace(
            "package-cache",
            plant: #"""
                mkdir -p /var/cache/apt/archives/partial /var/lib/apt/lists
                echo deb >/var/cache/apt/archives/hello_1_amd64.deb
                echo list >/var/lib/apt/lists/mirror_InRelease
                """#,
            left: "ls /var/cache/apt/archives/*.deb /var/lib/apt/lists/mirror_InRelease"),
        SealTrace(
            "rpm-environment",
            plant: #"""
                mkdir -p /var/lib/rpm
                echo lock >/var/lib/rpm/__db.001
                """#,
            left: "ls /var/lib/rpm/__db.001"),
        SealTrace(
            "dhcp-server-leases",
            plant: #"""
                mkdir -p /var/lib/dhcpd
                echo lease >/var/lib/dhcpd/dhcpd.leases
                """#,
            left: "ls /var/lib/dhcpd/*"),
        SealTrace(
            "dovecot-data",
            plant: #"""
                mkdir -p /var/lib/dovecot
                echo host >/var/lib/dovecot/instances
                """#,
            left: "ls /var/lib/dovecot/*"),
        SealTrace(
            "pam-data",
            plant: #"""
                mkdir -p /var/lib/faillock
                echo failed >/var/lib/faillock/admin
                """#,
            left: "ls /var/lib/faillock/*"),
    ]
}
