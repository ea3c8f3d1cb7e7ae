extension SealOperation {
    static let installerNetwork = SealOperation(
        name: "installer-network", profile: .standard, moment: .shutdown,
        summary: """
            the network configuration that an installer wrote for the build's machine, where cloud-init \
            writes a new one
            """,
        reason: "It names the build's cards and addresses, and takes precedence over what a clone is given.",
        script: #"""
            has cloud-init || return 0
            remove /etc/netplan/00-installer-config*.yaml /etc/netplan/01-netcfg.yaml
            remove /etc/cloud/cloud.cfg.d/90-installer-network.cfg /etc/cloud/cloud.cfg.d/99-installer.cfg \
                /etc/cloud/cloud.cfg.d/50-curtin-networking.cfg \
                /etc/cloud/cloud.cfg.d/subiquity-disable-cloudinit-networking.cfg
            """#)
}
