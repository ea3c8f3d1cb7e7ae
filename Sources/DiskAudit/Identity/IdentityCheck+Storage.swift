internal import Attestation

extension IdentityCheck {
    /// Names by which storage knows a host, and what a host remembers of its disks.
    static let storage = [
        IdentityCheck("iscsi-name", "there is no iSCSI initiator's name", advice: sealAdvice) { system, _ in
            let path = "/etc/iscsi/initiatorname.iscsi"
            let lines = system.texts[path, default: ""].split(separator: "\n")
            let isNamed = lines.contains { $0.hasPrefix("InitiatorName=iqn") || $0.hasPrefix("InitiatorName=eui") }
            return isNamed ? [Trace(path: path, title: "the iSCSI initiator's name of one host")] : []
        },
        IdentityCheck(
            "nvme-names", "there is no NVMe host's name or id", advice: sealAdvice,
            noFile: ["/etc/nvme/hostnqn", "/etc/nvme/hostid"], is: "the NVMe name of one host"),
        IdentityCheck("zfs-identity", "ZFS knows neither a host nor its devices", advice: sealAdvice) {
            system, declarations in
            let paths = (declarations.sharesHostID ? [] : ["/etc/hostid"]) + ["/etc/zfs/zpool.cache"]
            return system.filledFiles(paths).map { Trace(path: $0.path, title: "what ZFS knows of the build's host") }
        },
        IdentityCheck(
            "lvm-devices", "LVM uses any disk", advice: sealAdvice,
            noFile: ["/etc/lvm/devices/system.devices", "/etc/lvm/devices/backup/**", "/etc/lvm/cache/.cache"],
            is: "LVM's list of the build's disks"),
        IdentityCheck(
            "block-ids", "no map of block devices is kept", advice: sealAdvice,
            noFile: ["/etc/blkid.tab", "/var/cache/blkid.tab", "/var/run/blkid/blkid.tab"],
            is: "a map of the build's block devices"),
        IdentityCheck(
            "multipath", "multipath knows no disk of the build", advice: sealAdvice,
            noFile: ["/etc/multipath/wwids", "/etc/multipath/bindings"], is: "multipath's names of the build's disks"),
    ]
}
