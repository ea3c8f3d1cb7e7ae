extension SealOperation {
    static let wireGuard = SealOperation(
        name: "wireguard", profile: .minimal, moment: .running,
        summary: "WireGuard's keys and configurations, kldload's node id, and the links that start them",
        reason: "A peer is its private key: two clones with one key take each other's traffic.",
        script: #"""
            remove /etc/wireguard/*.conf /etc/wireguard/*.key /etc/wireguard/*.pub /etc/wireguard/.node-id
            remove /etc/systemd/system/*.wants/wg-quick@*.service
            """#)
}
