extension SealOperation {
    static let consul = SealOperation(
        name: "consul", profile: .minimal, moment: .shutdown,
        summary: "Consul's node id and its part of the cluster's state",
        reason: "A second agent with the id of the first is refused, or takes its place.",
        script: #"""
            for folder in /var/lib/consul /opt/consul /opt/consul/data; do
                remove $folder/node-id $folder/raft $folder/serf $folder/checks $folder/services $folder/proxy
            done
            """#)
}
