extension SealOperation {
    static let networkManagerState = SealOperation(
        name: "network-manager-state", profile: .minimal, moment: .shutdown,
        summary: "NetworkManager's leases, its secret key and what it remembers of networks",
        reason: """
            Stable addresses and DHCP ids are derived from the secret key, so that clones would ask as one \
            machine.
            """,
        script: #"""
            remove /var/lib/NetworkManager/*.lease /var/lib/NetworkManager/*.leases \
                /var/lib/NetworkManager/timestamps /var/lib/NetworkManager/secret_key \
                /var/lib/NetworkManager/seen-bssids /var/lib/NetworkManager/internal-*
            """#)
}
