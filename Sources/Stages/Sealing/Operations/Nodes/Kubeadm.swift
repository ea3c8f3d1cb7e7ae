extension SealOperation {
    static let kubeadm = SealOperation(
        name: "kubeadm", profile: .minimal, moment: .shutdown,
        summary: "what kubeadm made for this node: its certificates, tokens, static pods and the cluster's database",
        reason: "A clone would hold the keys of the build's cluster, and claim to be its node.",
        script: #"""
            if [ ! -e /etc/kubernetes/kubelet.conf ] && [ ! -e /etc/kubernetes/pki ] && [ ! -e /var/lib/kubelet/pki ] &&
                [ ! -e /var/lib/etcd/member ]; then return 0; fi
            remove /etc/kubernetes/*.conf /etc/kubernetes/pki /etc/kubernetes/manifests/*.yaml \
                /var/lib/etcd/member
            remove /var/lib/kubelet/pki /var/lib/kubelet/config.yaml /var/lib/kubelet/kubeadm-flags.env \
                /var/lib/kubelet/cpu_manager_state /var/lib/kubelet/memory_manager_state
            """#)
}
