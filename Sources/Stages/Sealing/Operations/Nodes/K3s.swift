extension SealOperation {
    static let k3s = SealOperation(
        name: "k3s", profile: .minimal, moment: .shutdown,
        summary: """
            what makes a K3s or RKE2 node this one: its password, certificates, tokens and the cluster's \
            database
            """,
        reason: """
            A node that joins under another one's password is refused, and a copied server is a second \
            cluster with the first one's keys.
            """,
        script: #"""
            remove /etc/rancher/node /etc/rancher/k3s/k3s.yaml /etc/rancher/rke2/rke2.yaml
            for folder in /var/lib/rancher/k3s /var/lib/rancher/rke2; do
                remove $folder/server/cred $folder/server/tls $folder/server/db $folder/server/token \
                    $folder/server/node-token $folder/server/agent-token
                remove $folder/agent/*.crt $folder/agent/*.key $folder/agent/*.kubeconfig $folder/agent/etc
            done
            """#)
}
