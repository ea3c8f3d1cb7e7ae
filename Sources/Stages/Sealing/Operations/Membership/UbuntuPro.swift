extension SealOperation {
    static let ubuntuPro = SealOperation(
        name: "ubuntu-pro", profile: .joined, moment: .shutdown,
        summary: "Ubuntu Pro's token of this machine, and the logins for its package archives",
        reason: "All clones use one subscription under one token.",
        script: #"""
            remove /var/lib/ubuntu-advantage/private /var/lib/ubuntu-advantage/machine-token.json \
                /var/lib/ubuntu-advantage/machine-id /var/lib/ubuntu-advantage/status.json \
                /etc/apt/auth.conf.d/90ubuntu-advantage
            """#)
}
