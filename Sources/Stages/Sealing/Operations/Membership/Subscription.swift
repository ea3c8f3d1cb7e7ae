extension SealOperation {
    static let subscription = SealOperation(
        name: "subscription", profile: .joined, moment: .running,
        summary: "the registration with Red Hat: this system's certificates, and the older ones of RHN",
        reason: "Clones would use up one entitlement, and be one system to the vendor.",
        script: #"""
            if [ "$place" = guest ] && has subscription-manager && [ -e /etc/pki/consumer/cert.pem ]; then
                # Without the vendor at hand the registration stays there, and is to be removed there.
                if timeout 60 subscription-manager unregister >&2; then
                    echo 'unregistered this system'
                else
                    echo 'left the registration at the vendor'
                fi
            fi
            remove /etc/pki/consumer/* /etc/pki/entitlement/* /var/lib/rhsm/facts/* /var/lib/rhsm/cache/*
            remove /etc/sysconfig/rhn/systemid /etc/sysconfig/rhn/osad-auth.conf
            """#)
}
