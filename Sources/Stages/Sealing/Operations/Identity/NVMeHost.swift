extension SealOperation {
    static let nvmeHost = SealOperation(
        name: "nvme-host", profile: .minimal, moment: .running,
        summary: "the name and id by which NVMe over fabrics knows this machine, and a unit that makes new ones",
        reason: "Two hosts of one name are taken for two paths of one host, which corrupts what they share.",
        script: #"""
            if [ ! -e /etc/nvme/hostnqn ] && [ ! -e /etc/nvme/hostid ]; then return 0; fi
            remove /etc/nvme/hostnqn /etc/nvme/hostid
            add_unit nvme-host-identity.service <<'UNIT'
            [Unit]
            Description=Make this host's identity for NVMe over fabrics
            DefaultDependencies=no
            ConditionPathExists=!/etc/nvme/hostnqn
            After=local-fs.target systemd-random-seed.service
            Before=nvmf-autoconnect.service nvmefc-boot-connections.service

            [Service]
            Type=oneshot
            ExecStart=/bin/sh -c 'read -r id </proc/sys/kernel/random/uuid; echo "$$id" >/etc/nvme/hostid; \
                echo "nqn.2014-08.org.nvmexpress:uuid:$$id" >/etc/nvme/hostnqn'

            [Install]
            WantedBy=multi-user.target
            UNIT
            """#)
}
