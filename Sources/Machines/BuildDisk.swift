internal import HostSystem
package import SystemPackage

/// The disks that machines are built on: qcow2 files that nobody but their one machine writes.
package enum BuildDisk {
    private static let deadline: Duration = .seconds(60)

    /// Makes an empty disk of `size` bytes at `path`, which the hypervisor's account may write.
    package static func create(_ path: FilePath, size: Int64, for user: QEMUUser) async throws {
        try await Program.run(
            "qemu-img", ["create", "-q", "-f", "qcow2", path.string, "\(size)"], deadline: deadline)
        try user.own(path)
    }

    /// Makes a disk at `path` that begins as `base` and leaves it untouched.
    ///
    /// Its header names `base` relative to its own folder, so that both may move together.
    ///
    /// - Parameters:
    ///   - format: What `base` is, in QEMU's words; nothing is guessed from its content.
    ///   - size: The overlay's size in bytes; the base's own if nil.
    package static func createOverlay(
        _ path: FilePath, of base: FilePath, format: String = "qcow2", size: Int64? = nil, for user: QEMUUser
    ) async throws {
        try await createOverlay(path, of: base, format: format, size: size)
        try user.own(path)
    }

    /// The same for a disk that no machine of the hypervisor's runs on.
    ///
    /// - Parameters:
    ///   - format: What `base` is, in QEMU's words.
    ///   - size: The overlay's size in bytes; the base's own if nil.
    ///   - clusterSize: What the overlay allocates at a time, in bytes; QEMU's own if nil.
    package static func createOverlay(
        _ path: FilePath, of base: FilePath, format: String = "qcow2", size: Int64? = nil, clusterSize: Int64? = nil
    ) async throws {
        let backing = relative(base, to: path.removingLastComponent())
        let options = clusterSize.map { ["-o", "cluster_size=\($0)"] } ?? []
        try await Program.run(
            "qemu-img",
            ["create", "-q", "-f", "qcow2"] + options + ["-F", format, "-b", backing, path.string]
                + (size.map { ["\($0)"] } ?? []),
            deadline: deadline)
    }

    /// Takes the disk back from the hypervisor's account and syncs it.
    package static func finish(_ path: FilePath, from user: QEMUUser) throws {
        try user.release(path)
        try path.sync()
    }

    static func relative(_ target: FilePath, to folder: FilePath) -> String {
        let target = target.absolute
        let from = Array(folder.absolute.components)
        let to = Array(target.components)
        let shared = zip(from, to).prefix { $0 == $1 }.count
        guard shared > 0 else { return target.string }
        return (Array(repeating: "..", count: from.count - shared) + to[shared...].map(\.string)).joined(separator: "/")
    }
}
