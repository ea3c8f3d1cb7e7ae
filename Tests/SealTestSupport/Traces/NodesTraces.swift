extension SealTrace {
    /// Traces of the operations in `Operations/Nodes`.
    static let nodes: [SealTrace] = [
        SealTrace(
            "tailscale",
            plant: #"""
                mkdir -p /var/lib/tailscale
                echo key >/var/lib/tailscale/tailscaled.state
                """#,
            left: "ls /var/lib/tailscale/*"),
        SealTrace(
            "zerotier",
            plant: #"""
                mkdir -p /var/lib/zerotier-one
                echo key >/var/lib/zerotier-one/identity.secret
                """#,
            left: "ls /var/lib/zerotier-one/*"),
        SealTrace(
            "consul",
            plant: #"""
                mkdir -p /opt/consul/raft
                echo id >/opt/consul/node-id
                """#,
            left: "ls /opt/consul/*"),
        SealTrace(
            "nomad",
            plant: #"""
                mkdir -p /opt/nomad/data/client
                echo id >/opt/nomad/data/client/client-id
                """#,
            left: "ls -d /opt/nomad/data/*"),
        SealTrace(
            "k3s",
            plant: #"""
                mkdir -p /etc/rancher/node /var/lib/rancher/k3s/server/tls /var/lib/rancher/k3s/agent/images
                echo password >/etc/rancher/node/password
                echo key >/var/lib/rancher/k3s/server/tls/server-ca.key
                echo key >/var/lib/rancher/k3s/agent/client-kubelet.key
                echo image >/var/lib/rancher/k3s/agent/images/airgap.tar
                """#,
            left: #"""
                ls -d /etc/rancher/node /var/lib/rancher/k3s/server/tls /var/lib/rancher/k3s/agent/*.key
                """#,
            holds: ["test -f /var/lib/rancher/k3s/agent/images/airgap.tar"]),
        SealTrace(
            "kubeadm",
            plant: #"""
                mkdir -p /etc/kubernetes/pki /etc/kubernetes/manifests /var/lib/kubelet/pki
                echo key >/etc/kubernetes/pki/ca.key
                echo conf >/etc/kubernetes/kubelet.conf
                """#,
            left: "ls -d /etc/kubernetes/pki /etc/kubernetes/*.conf /var/lib/kubelet/pki"),
        SealTrace(
            "snapd",
            plant: #"""
                mkdir -p /var/lib/snapd/device/private-keys-v1 /root/.snap
                echo key >/var/lib/snapd/device/private-keys-v1/k
                echo '{}' >/root/.snap/auth.json
                echo '{"data":{"auth":{"device":{"brand":"generic","model":"generic-classic","serial":"s1"},"users":[{"macaroon":"m"}]},"snaps":{"core":1}}}' \
                    >/var/lib/snapd/state.json
                """#,
            left: #"""
                ls -d /var/lib/snapd/device/private-keys-v1 /root/.snap/auth.json
                grep -oE '"(serial|macaroon)"' /var/lib/snapd/state.json
                """#,
            holds: ["grep -q generic-classic /var/lib/snapd/state.json", "grep -q core /var/lib/snapd/state.json"]),
    ]
}
