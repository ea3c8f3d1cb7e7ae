extension SealOperation {
    static let zeroTier = SealOperation(
        name: "zerotier", profile: .minimal, moment: .shutdown,
        summary: "ZeroTier's identity of this node",
        reason: "Nodes with one identity push each other off the network.",
        script: #"""
            remove /var/lib/zerotier-one/identity.secret /var/lib/zerotier-one/identity.public \
                /var/lib/zerotier-one/authtoken.secret
            """#)
}
