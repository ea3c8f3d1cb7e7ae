extension SealOperation {
    static let chef = SealOperation(
        name: "chef", profile: .joined, moment: .shutdown,
        summary: "Chef's key of this node",
        reason: "The server takes clones for one node.",
        script: #"""
            remove /etc/chef/client.pem /etc/chef/validation.pem /etc/chef/ohai /var/chef/cache \
                /var/chef/backup /var/log/chef/*
            """#)
}
