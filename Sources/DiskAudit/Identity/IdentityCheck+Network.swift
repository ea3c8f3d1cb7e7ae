extension IdentityCheck {
    /// What ties a system to one network card or one address.
    static let network = [
        IdentityCheck(
            "leases", "no address is leased", advice: sealAdvice,
            noFile: [
                "/var/lib/dhcp/*.lease*", "/var/lib/dhclient/*.lease*", "/var/lib/dhcpcd/**", "/var/lib/dhcpcd5/**",
                "/var/lib/NetworkManager/*.lease*", "/var/lib/systemd/network/**", "/var/lib/ntp/ntp.drift",
            ], is: "what was learnt of the build's network"),
        IdentityCheck(
            "network-secrets", "NetworkManager has no secret of one machine", advice: sealAdvice,
            noFile: ["/var/lib/NetworkManager/secret_key", "/var/lib/NetworkManager/seen-bssids"],
            is: "NetworkManager's secret of one machine"),
        IdentityCheck(
            "network-names", "no network card's name is written down", advice: sealAdvice,
            noFile: [
                "/etc/udev/rules.d/70-persistent-net.rules", "/etc/udev/rules.d/75-persistent-net-generator.rules",
            ],
            is: "a rule that gives names to the build's network cards"),
        IdentityCheck(
            "network-pins", "no connection is tied to one network card",
            advice:
                "leave the card's address and the connection's id out of the file"
        ) { system, _ in
            Set(system.pins).sorted { ($0.path, $0.key) < ($1.path, $1.key) }.map {
                Trace(path: $0.path, title: "the setting '\($0.key)', which belongs to one network card")
            }
        },
        IdentityCheck(
            "installer-network", "the installer's network configuration is gone", advice: sealAdvice,
            noFile: [
                "/etc/netplan/50-cloud-init.yaml", "/etc/netplan/00-installer-config.yaml",
                "/etc/network/interfaces.d/50-cloud-init",
            ], is: "a network configuration that was made for the build's machine"),
    ]
}
