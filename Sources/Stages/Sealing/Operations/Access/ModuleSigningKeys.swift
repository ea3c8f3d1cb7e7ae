extension SealOperation {
    static let moduleSigningKeys = SealOperation(
        name: "module-signing-keys", profile: .minimal, moment: .running,
        summary: "the keys that DKMS and shim's tools sign kernel modules with",
        reason: """
            Whoever has the private key, and everybody with the image has it, can sign a module that every \
            clone trusts.
            """,
        script: #"""
            remove /var/lib/dkms/mok.* /var/lib/shim-signed/mok /etc/kldload/mok* /root/mok-password.txt
            """#)
}
