extension SealOperation {
    static let monitoringAgents = SealOperation(
        name: "monitoring-agents", profile: .joined, moment: .shutdown,
        summary: "the keys with which Zabbix, Wazuh and OSSEC know this machine",
        reason: "The server takes clones for one machine.",
        script: #"""
            empty /var/ossec/etc/client.keys
            remove /etc/zabbix/zabbix_agent*.psk /var/ossec/queue/rids/* /var/lib/amazon/ssm/registration
            """#)
}
