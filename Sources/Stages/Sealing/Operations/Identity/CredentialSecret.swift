extension SealOperation {
    static let credentialSecret = SealOperation(
        name: "credential-secret", profile: .minimal, moment: .shutdown,
        summary: "systemd's secret for credentials, what is encrypted with it, and keys of the build's TPM",
        reason: """
            The secret belongs to one machine; with a copy of it every clone can read the credentials of \
            every other one.
            """,
        script: #"""
            remove /var/lib/systemd/credential.secret /var/lib/systemd/tpm2-srk-public-key.* \
                /var/lib/systemd/pcrlock.json
            empty_folder /etc/credstore.encrypted
            """#)
}
