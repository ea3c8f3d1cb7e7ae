package import HostSystem

/// What starts an image's system, before and with its kernel.
package struct BootSoftware: Sendable, Codable, Equatable {
    /// A file that the firmware, the boot loader or the kernel is started from.
    package struct Part: Sendable, Codable, Equatable {
        /// Its path in the running system.
        package var path: String
        /// Its version, where its name or its package says one: `6.12.94+deb13-amd64`.
        package var version: String?
        /// The digest of its content.
        package var sha256: Digest

        /// A part.
        package init(path: String, version: String? = nil, sha256: Digest) {
            self.path = path
            self.version = version
            self.sha256 = sha256
        }
    }

    /// The kernels, by path.
    package var kernels: [Part]
    /// The boot loaders on the EFI system partition, by path.
    package var loaders: [Part]
    /// The microcode and firmware packages, by name.
    package var firmware: [String]
    /// The kernel's command line that the boot loader's configuration gives; nil where none was found.
    package var commandLine: String?

    /// What starts a system; the lists are sorted here.
    package init(kernels: [Part], loaders: [Part], firmware: [String], commandLine: String?) {
        self.kernels = kernels.sorted { $0.path < $1.path }
        self.loaders = loaders.sorted { $0.path < $1.path }
        self.firmware = firmware.sorted()
        self.commandLine = commandLine
    }
}
