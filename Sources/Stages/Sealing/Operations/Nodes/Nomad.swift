extension SealOperation {
    static let nomad = SealOperation(
        name: "nomad", profile: .minimal, moment: .shutdown,
        summary: "Nomad's client id, its secret and its part of the cluster's state",
        reason: "Two clients with one id and secret are one node, whose jobs run on either.",
        script: #"""
            for folder in /var/lib/nomad /opt/nomad /opt/nomad/data; do
                remove $folder/client $folder/client-id $folder/secret-id $folder/server $folder/alloc
            done
            """#)
}
