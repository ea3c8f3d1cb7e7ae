extension SealTrace {
    /// Traces of the operations in `Operations/Membership`.
    static let membership: [SealTrace] = [
        SealTrace(
            "subscription",
            plant: #"""
                mkdir -p /etc/pki/consumer /etc/pki/entitlement /etc/sysconfig/rhn
                echo planted >/etc/pki/consumer/key.pem
                echo planted >/etc/pki/entitlement/1.pem
                echo planted >/etc/sysconfig/rhn/systemid
                """#,
            left: #"""
                ls /etc/pki/consumer/key.pem /etc/pki/entitlement/1.pem /etc/sysconfig/rhn/systemid
                """#),
        SealTrace(
            "repository-id",
            plant: #"""
                mkdir -p /var/lib/yum /var/lib/zypp
                echo planted >/var/lib/yum/uuid
                echo planted >/var/lib/zypp/AnonymousUniqueId
                """#,
            left: "ls /var/lib/yum/uuid /var/lib/zypp/AnonymousUniqueId"),
        SealTrace(
            "hardware-id",
            plant: #"""
                mkdir -p /etc/smolt
                echo planted >/etc/smolt/hw-uuid
                """#,
            left: "ls /etc/smolt/hw-uuid"),
        SealTrace(
            "ipa-client",
            plant: #"""
                mkdir -p /etc/ipa /var/lib/ipa-client/sysrestore
                echo planted >/etc/ipa/default.conf
                echo planted >/var/lib/ipa-client/sysrestore/sysrestore.state
                """#,
            left: "ls /etc/ipa/default.conf /var/lib/ipa-client/sysrestore/sysrestore.state"),
        SealTrace(
            "kerberos-keytab",
            plant: #"""
                mkdir -p /etc
                echo planted >/etc/krb5.keytab
                """#,
            left: "ls /etc/krb5.keytab"),
        SealTrace(
            "kerberos-data",
            plant: #"""
                mkdir -p /var/lib/krb5kdc
                echo planted >/var/lib/krb5kdc/principal
                """#,
            left: "ls /var/lib/krb5kdc/principal"),
        SealTrace(
            "sssd",
            plant: #"""
                mkdir -p /var/lib/sss/db /var/log/sssd
                echo planted >/var/lib/sss/db/cache_example.ldb
                echo planted >/var/log/sssd/sssd.log
                """#,
            left: "ls /var/lib/sss/db/cache_example.ldb /var/log/sssd/sssd.log"),
        SealTrace(
            "samba",
            plant: #"""
                mkdir -p /var/lib/samba/private
                echo planted >/var/lib/samba/private/secrets.tdb
                """#,
            left: "ls /var/lib/samba/private/secrets.tdb"),
        SealTrace(
            "puppet",
            plant: #"""
                mkdir -p /etc/puppetlabs/puppet/ssl
                echo planted >/etc/puppetlabs/puppet/ssl/private.pem
                """#,
            left: "ls /etc/puppetlabs/puppet/ssl/private.pem"),
        SealTrace(
            "salt",
            plant: #"""
                mkdir -p /etc/salt /etc/salt/pki/minion
                echo planted >/etc/salt/minion_id
                echo planted >/etc/salt/pki/minion/minion.pem
                """#,
            left: "ls /etc/salt/minion_id /etc/salt/pki/minion/minion.pem"),
        SealTrace(
            "chef",
            plant: #"""
                mkdir -p /etc/chef
                echo planted >/etc/chef/client.pem
                """#,
            left: "ls /etc/chef/client.pem"),
        SealTrace(
            "landscape",
            plant: #"""
                mkdir -p /var/lib/landscape/client
                echo planted >/var/lib/landscape/client/broker.bpickle
                """#,
            left: "ls /var/lib/landscape/client/broker.bpickle"),
        SealTrace(
            "ubuntu-pro",
            plant: #"""
                mkdir -p /var/lib/ubuntu-advantage/private
                echo planted >/var/lib/ubuntu-advantage/private/machine-token.json
                """#,
            left: "ls /var/lib/ubuntu-advantage/private/machine-token.json"),
        SealTrace(
            "monitoring-agents",
            plant: #"""
                mkdir -p /etc/zabbix
                echo planted >/etc/zabbix/zabbix_agentd.psk
                """#,
            left: "ls /etc/zabbix/zabbix_agentd.psk"),
    ]
}
