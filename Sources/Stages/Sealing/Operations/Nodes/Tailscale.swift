extension SealOperation {
    static let tailscale = SealOperation(
        name: "tailscale", profile: .minimal, moment: .shutdown,
        summary: "Tailscale's key of this node",
        reason: "Nodes with one key push each other off the network.",
        script: #"""
            empty_folder /var/lib/tailscale
            """#)
}
