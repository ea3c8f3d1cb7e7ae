extension SealTrace {
    /// Traces of the operations in `Operations/Identity`.
    static let identity: [SealTrace] = [
        SealTrace(
            "cloud-init",
            plant: #"""
                mkdir -p /var/lib/cloud/instances/i-1 /var/lib/cloud/data /var/lib/cloud/sem /var/lib/cloud/seed/nocloud
                ln -sfn instances/i-1 /var/lib/cloud/instance
                echo i-1 >/var/lib/cloud/data/instance-id
                echo cloud >/var/log/cloud-init.log
                mkdir -p /etc/cloud/cloud.cfg.d /var/lib/cloud/scripts/per-boot
                echo 'datasource_list: [NoCloud]' >/etc/cloud/cloud.cfg.d/99-ours.cfg
                echo true >/var/lib/cloud/scripts/per-boot/ours
                """#,
            left: #"""
                ls -d /var/lib/cloud/instance* /var/lib/cloud/data /var/lib/cloud/sem /var/lib/cloud/seed /var/log/cloud-init.log
                """#,
            holds: [
                "grep -q NoCloud /etc/cloud/cloud.cfg.d/99-ours.cfg", "test -f /var/lib/cloud/scripts/per-boot/ours",
            ]),
        SealTrace(
            "cloud-init-switch",
            plant: "touch /etc/cloud/cloud-init.disabled",
            left: "ls /etc/cloud/cloud-init.disabled"),
        SealTrace(
            "machine-id",
            plant: #"""
                mkdir -p /var/lib/dbus
                rm -f /var/lib/dbus/machine-id
                echo 0123456789abcdef0123456789abcdef | tee /var/lib/dbus/machine-id >/etc/machine-id
                """#,
            left: "cat /etc/machine-id /var/lib/dbus/machine-id",
            holds: ["test -f /etc/machine-id"]),
        SealTrace(
            "ssh-host-keys",
            plant: #"""
                rm -f /etc/ssh/ssh_host_* /usr/lib/systemd/system/sshd-keygen.service
                ssh-keygen -qA
                """#,
            left: "ls /etc/ssh/ssh_host_*",
            // Where another unit makes keys, none is added.
            holds: ["grep -rqs ssh-keygen /etc/systemd/system /usr/lib/systemd/system"]),
        SealTrace(
            "host-name",
            plant: #"""
                echo build-machine >/etc/hostname
                printf '127.0.0.1 localhost\n127.0.1.1 build-machine\n' >/etc/hosts
                """#,
            left: #"""
                cat /etc/hostname
                grep build-machine /etc/hosts
                """#,
            holds: ["grep -q localhost /etc/hosts"]),
        SealTrace(
            "random-seed",
            plant: #"""
                mkdir -p /var/lib/systemd
                head -c 512 /dev/urandom >/var/lib/systemd/random-seed
                """#,
            left: "ls /var/lib/systemd/random-seed"),
        SealTrace(
            "boot-seed",
            plant: #"""
                mkdir -p /boot/efi/loader
                head -c 32 /dev/urandom >/boot/efi/loader/random-seed
                """#,
            left: "ls /boot/efi/loader/random-seed"),
        SealTrace(
            "credential-secret",
            plant: #"""
                mkdir -p /etc/credstore.encrypted
                echo secret >/var/lib/systemd/credential.secret
                echo sealed >/etc/credstore.encrypted/token
                """#,
            left: "ls /var/lib/systemd/credential.secret /etc/credstore.encrypted/*"),
        SealTrace(
            "iscsi-initiator",
            plant: #"""
                mkdir -p /etc/iscsi
                echo InitiatorName=iqn.1993-08.org.debian:01:abc >/etc/iscsi/initiatorname.iscsi
                printf '#!/bin/sh\necho iqn.2004-10.com.ubuntu:01:new\n' >/usr/local/sbin/iscsi-iname
                chmod 755 /usr/local/sbin/iscsi-iname
                """#,
            left: "ls /etc/iscsi/initiatorname.iscsi",
            holds: [
                #"""
                test -L /etc/systemd/system/multi-user.target.wants/iscsi-initiator-name.service
                """#
            ]),
        SealTrace(
            "nvme-host",
            plant: #"""
                mkdir -p /etc/nvme
                echo nqn.2014-08.org.nvmexpress:uuid:1 >/etc/nvme/hostnqn
                echo 1 >/etc/nvme/hostid
                """#,
            left: "ls /etc/nvme/hostnqn /etc/nvme/hostid",
            holds: ["test -L /etc/systemd/system/multi-user.target.wants/nvme-host-identity.service"]),
    ]
}
