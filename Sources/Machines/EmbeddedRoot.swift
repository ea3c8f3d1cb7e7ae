internal import Foundation
internal import HostSystem
internal import SystemPackage

/// The root folder of libvirt's embedded QEMU driver (libvirt.org, drvqemu, "Embedded mode").
///
/// ```
/// ROOT/etc/qemu.conf                 ours: who QEMU runs as; no changes of ownership
/// ROOT/cache/qemu/capabilities/      what QEMU can do; carried over, since asking QEMU takes seconds
/// ROOT/lib/qemu/qmp-XXXXXX/qmp.pid   a process by which the driver asks QEMU what it can do
/// ROOT/run/qemu/driver.pid           the process that the root belongs to
/// ROOT/log/qemu/NAME.log             what QEMU printed
/// ```
struct EmbeddedRoot {
    let folder: FilePath
    let user: QEMUUser
    /// Where QEMU's capabilities are kept for the next root.
    let cache: FilePath

    var uri: String { "qemu:///embed?root=\(folder)" }

    /// What QEMU prints, a file for each machine.
    var logs: FilePath { folder.appending("log/qemu") }

    /// Writes the driver's settings and puts the known capabilities in place.
    func prepare() throws {
        try folder.appending("etc").createFolder()
        let settings = """
            user = "\(user.name)"
            group = "\(user.group)"
            dynamic_ownership = 0
            remember_owner = 0
            stdio_handler = "file"
            security_driver = "none"
            namespaces = []

            """
        try folder.appending("etc/qemu.conf").write(settings.utf8)
        for name in names(in: kept) where !found.appending(name).exists { try copy(name, from: kept, to: found) }
    }

    /// Saves the capabilities that the driver has found, for the next root, in place of those of another QEMU or libvirt.
    func keepCapabilities() throws {
        for name in names(in: found) { try copy(name, from: found, to: kept) }
    }

    /// The processes by which the driver asks QEMU now.
    var probes: [pid_t] {
        let places = folder.appending("lib/qemu")
        return places.folderEntries.filter { $0.hasPrefix("qmp-") }.compactMap { name in
            let text = try? places.appending(name).appending("qmp.pid").readText(limit: .mebibytes(1))
            return text.flatMap { pid_t($0.prefix { $0.isNumber }) }
        }
    }

    private var found: FilePath { folder.appending("cache/qemu/capabilities") }
    private var kept: FilePath { cache.appending("libvirt-capabilities") }

    private func names(in folder: FilePath) -> [String] {
        folder.folderEntries.filter { $0.hasSuffix(".xml") }
    }

    private func copy(_ name: String, from source: FilePath, to target: FilePath) throws {
        let (from, to) = (source.appending(name), target.appending(name))
        let bytes = try from.readBytes()
        guard bytes != (try? to.readBytes()) else { return }
        try target.createFolder()
        try to.writeAtomically(bytes)
    }
}
