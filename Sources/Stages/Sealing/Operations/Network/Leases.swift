extension SealOperation {
    static let leases = SealOperation(
        name: "leases", profile: .minimal, moment: .shutdown,
        summary: "addresses that were leased to this machine, and the ids it asked with",
        reason: "A clone that asks for the build's lease by the build's id gets the address of another clone.",
        script: #"""
            remove /var/lib/dhcp/*.lease* /var/lib/dhclient/* /var/lib/dhcpcd/* /var/lib/dhcpcd5/* \
                /etc/dhcpcd.duid /etc/dhcpcd.secret /var/lib/wicked/* /var/lib/systemd/network/*
            """#)
}
