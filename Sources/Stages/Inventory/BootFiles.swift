internal import Attestation

/// Finds what starts a system among its files and packages.
enum BootFiles {
    private static let imagePrefixes = ["/boot/vmlinuz-", "/boot/vmlinux-", "/boot/Image-"]
    private static let moduleFolders = ["/usr/lib/modules/", "/lib/modules/"]

    /// What starts the system.
    static func software(
        _ tree: FileTree, packages: [InstalledPackage], commandLine: String?
    ) -> BootSoftware {
        var (kernels, loaders): ([BootSoftware.Part], [BootSoftware.Part]) = ([], [])
        for file in tree.files.values {
            guard let digest = file.sha256 else { continue }
            if let version = kernelVersion(file.path) {
                kernels.append(BootSoftware.Part(path: file.path, version: version, sha256: digest))
            } else if isLoader(file.path, tree) {
                loaders.append(BootSoftware.Part(path: file.path, sha256: digest))
            }
        }
        return BootSoftware(
            kernels: kernels, loaders: loaders, firmware: Set(packages.map(\.name).filter(isFirmware)).sorted(),
            commandLine: commandLine)
    }

    /// The version in a kernel's path; nil for any other file.
    static func kernelVersion(_ path: String) -> String? {
        if let prefix = imagePrefixes.first(where: path.hasPrefix) {
            let version = path.dropFirst(prefix.count)
            return version.isEmpty || version.contains("/") ? nil : String(version)
        }
        guard let folder = moduleFolders.first(where: path.hasPrefix) else { return nil }
        let parts = path.dropFirst(folder.count).split(separator: "/")
        return parts.count == 2 && parts[1] == "vmlinuz" ? String(parts[0]) : nil
    }

    /// Whether a package holds microcode or firmware.
    static func isFirmware(_ package: String) -> Bool {
        package.hasPrefix("firmware-") || package.hasPrefix("linux-firmware") || package == "microcode_ctl"
            || package.hasSuffix("-microcode") || package.hasSuffix("-firmware")
    }

    private static func isLoader(_ path: String, _ tree: FileTree) -> Bool {
        path.lowercased().hasSuffix(".efi") && tree.fatMounts.contains { path.hasPrefix("\($0)/") }
    }
}
