package import SystemPackage

/// A file that is laid over the live root.
package struct LabFile: Sendable {
    /// Its path below the root, without the first slash.
    package let path: String
    /// Its content.
    package let bytes: [UInt8]
    /// Its mode.
    package let mode: FilePermissions
}

/// The installer's files, embedded in the program: one installed binary is enough.
package enum LabFiles {
    private static let program: FilePermissions = [
        .ownerReadWriteExecute, .groupRead, .groupExecute, .otherRead, .otherExecute,
    ]
    private static let plain: FilePermissions = [.ownerReadWrite, .groupRead, .otherRead]
    private static let base = "usr/lib/kldload-installer"
    private static let installed = base + "/target"

    /// All files of the live system that are ours, those for the installed system among them.
    package static let all = live + target

    private static let live: [LabFile] = [
        file("usr/local/sbin/kldload-autoinstall", PackageResources.kldload_autoinstall, program),
        file("usr/local/sbin/kldload-network-up", PackageResources.kldload_network_up, program),
        file("usr/sbin/kldload-install-target", PackageResources.kldload_install_target, program),
        file("usr/local/bin/kldload-install-status", PackageResources.kldload_install_status, program),
        file("usr/local/bin/kldload-answers", PackageResources.kldload_answers, program),
        file(base + "/record-result", PackageResources.record_result, program),
        file(base + "/lib/answers.sh", PackageResources.answers_sh, plain),
        file(base + "/lib/installer.sh", PackageResources.installer_sh, plain),
        file(base + "/lib/storage.sh", PackageResources.storage_sh, plain),
        file(base + "/lib/storage-ext4.sh", PackageResources.storage_ext4_sh, plain),
        file(base + "/lib/storage-zfs.sh", PackageResources.storage_zfs_sh, plain),
        file(base + "/lib/target.sh", PackageResources.target_sh, plain),
        file(base + "/lib/qemu-ga.sysconfig", PackageResources.qemu_ga_sysconfig, plain),
        file(base + "/lib/qemu-ga-blocked.service", PackageResources.qemu_ga_blocked_service, plain),
        file("usr/lib/systemd/system/kldload-autoinstall.service", PackageResources.kldload_autoinstall_service, plain),
        file("etc/kldload/VERSION", Array((LabMedium.version + "\n").utf8), plain),
    ]

    private static let target: [LabFile] = [
        file(installed + "/usr/local/sbin/kldload-firstboot", PackageResources.kldload_firstboot, program),
        file(installed + "/usr/local/sbin/kldload-autodeploy", PackageResources.kldload_autodeploy, program),
        file(installed + "/usr/local/sbin/kldload-smoke-firstboot", PackageResources.kldload_smoke_firstboot, program),
        unit("kldload-firstboot", PackageResources.kldload_firstboot_service),
        unit("kldload-autodeploy", PackageResources.kldload_autodeploy_service),
        unit("kldload-smoke-firstboot", PackageResources.kldload_smoke_firstboot_service),
        unit("kldload-ssh-host-keys", PackageResources.kldload_ssh_host_keys_service),
    ]

    /// The scripts that mmdebstrap runs while it makes the roots.
    package static let hooks = LabRoot.allCases.flatMap { $0.hooks.map(\.script) }

    /// Bytes as text.
    static func text(_ bytes: [UInt8]) -> String {
        String(decoding: bytes, as: UTF8.self)
    }

    private static func unit(_ name: String, _ bytes: [UInt8]) -> LabFile {
        file(installed + "/usr/lib/systemd/system/\(name).service", bytes, plain)
    }

    private static func file(_ path: String, _ bytes: [UInt8], _ mode: FilePermissions) -> LabFile {
        LabFile(path: path, bytes: bytes, mode: mode)
    }
}
