extension SealOperation {
    static let ipaClient = SealOperation(
        name: "ipa-client", profile: .joined, moment: .shutdown,
        summary: "the enrolment with an IPA domain",
        reason: "The domain knows one host of that name and key.",
        script: #"""
            remove /etc/ipa/ca.crt /etc/ipa/default.conf /etc/ipa/nssdb/* /var/lib/ipa-client/pki/* \
                /var/lib/ipa-client/sysrestore/* /etc/pki/ca-trust/source/ipa.p11-kit \
                /etc/pki/ca-trust/source/anchors/ipa-ca.crt
            """#)
}
