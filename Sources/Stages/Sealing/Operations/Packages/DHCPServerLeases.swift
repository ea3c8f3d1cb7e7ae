extension SealOperation {
    static let dhcpServerLeases = SealOperation(
        name: "dhcp-server-leases", profile: .standard, moment: .shutdown,
        summary: "addresses that a DHCP server of the build leased to others",
        reason: "They belong to machines that a clone never met.",
        script: #"""
            remove /var/lib/dhcpd/* /var/lib/dhcp/dhcpd*.leases* /var/lib/kea/*.csv* /var/lib/misc/dnsmasq.leases
            """#)
}
