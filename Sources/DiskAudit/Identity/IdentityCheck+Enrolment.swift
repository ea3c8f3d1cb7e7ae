extension IdentityCheck {
    /// What tells a service which of its members this system is.
    static let enrolment = [
        IdentityCheck(
            "vpn-keys", "there is no key of a private network", advice: sealAdvice,
            noFile: [
                "/etc/wireguard/**", "/etc/kldload/wireguard/**", "/etc/kldload/ca/**", "/etc/kldload/pki/**",
                "/var/lib/tailscale/**", "/var/lib/zerotier-one/identity.*", "/etc/nebula/*.key", "/etc/ipsec.secrets",
                "/etc/ipsec.d/private/**", "/etc/swanctl/private/**",
            ], is: "a key of a private network"),
        IdentityCheck(
            "cluster-nodes", "the system is no cluster's node", advice: sealAdvice,
            noFile: [
                "/var/lib/rancher/**", "/etc/rancher/node/**", "/var/lib/kubelet/**", "/etc/kubernetes/pki/**",
                "/var/lib/etcd/**", "/opt/consul/node-id", "/var/lib/consul/node-id", "/var/lib/nomad/**",
                "/var/lib/ceph/bootstrap-*/**", "/etc/corosync/authkey", "/etc/pve/priv/**",
            ], is: "what makes it the node of a cluster"),
        IdentityCheck(
            "subscriptions", "the system has no subscription", advice: sealAdvice,
            noFile: [
                "/etc/pki/consumer/**", "/etc/pki/entitlement/**", "/etc/sysconfig/rhn/systemid", "/var/lib/yum/uuid",
                "/var/lib/dnf/system-upgrade-uuid", "/var/lib/ubuntu-advantage/private/**", "/var/lib/landscape/**",
                "/var/lib/snapd/state.json", "/var/lib/snapd/device/**",
            ], is: "a subscription of one system"),
        IdentityCheck(
            "domain-membership", "the system is in no domain", advice: sealAdvice,
            noFile: [
                "/etc/krb5.keytab", "/etc/ipa/default.conf", "/var/lib/ipa-client/**", "/var/lib/sss/secrets/**",
                "/var/lib/samba/private/**", "/var/lib/sss/db/**", "/var/kerberos/krb5kdc/principal*",
            ], is: "what makes it a member of a domain"),
        IdentityCheck(
            "managed-nodes", "nothing manages the system yet", advice: sealAdvice,
            noFile: [
                "/etc/puppetlabs/puppet/ssl/**", "/var/lib/puppet/ssl/**", "/etc/salt/minion_id", "/etc/salt/pki/**",
                "/etc/chef/client.pem", "/etc/zabbix/*.psk", "/var/ossec/etc/client.keys", "/etc/machine-info-token",
                "/var/lib/amazon/ssm/registration", "/etc/teleport/host_uuid", "/var/lib/teleport/host_uuid",
            ], is: "what makes it a managed node"),
    ]
}
