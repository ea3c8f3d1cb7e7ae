import Foundation
import HostSystem
import SystemPackage

/// A libvirt daemon of the test's own, which can be killed without harm to anybody else: it sees folders of its own in
/// place of the host's, and listens elsewhere.
struct LibvirtDaemon: Sendable {
    /// How to connect to it.
    let uri: String
    /// Its process.
    let process: Int32

    /// Lends one that keeps its files in `folder`.
    static func with<Result: Sendable>(
        in folder: FilePath, _ body: (LibvirtDaemon) async throws -> Result
    ) async throws -> Result {
        guard await Program.path(of: "libvirtd") != nil else { throw FaultImpossible("libvirtd is not installed") }
        // The path of a socket must be short.
        return try await withScratchFolder(in: "/run", prefix: "if-libvirt") { sockets in
            let identity = folder.appending("libvirtd.pid")
            try folder.appending("libvirtd.conf").write(settings(sockets).utf8)
            try folder.appending("qemu.conf").write(machineSettings.utf8)
            return try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    _ = try? await Program.run(
                        "unshare", ["--mount", "sh", "-c", start, "sh", folder.string, identity.string],
                        deadline: .seconds(600))
                }
                defer { group.cancelAll() }
                let socket = sockets.appending("libvirt-sock")
                let process = try await poll(every: .milliseconds(50), deadline: .seconds(30), for: "libvirtd") {
                    let text = try? identity.readText().trimmingCharacters(in: .whitespacesAndNewlines)
                    return socket.exists ? text.flatMap { Int32($0) } : nil
                }
                return try await body(
                    LibvirtDaemon(uri: "qemu+unix:///system?socket=\(socket)", process: process))
            }
        }
    }

    private static func settings(_ sockets: FilePath) -> String {
        """
        unix_sock_dir = "\(sockets)"
        auth_unix_ro = "none"
        auth_unix_rw = "none"
        """
    }

    private static let machineSettings = """
        user = "libvirt-qemu"
        dynamic_ownership = 0
        remember_owner = 0
        stdio_handler = "file"
        security_driver = "none"
        namespaces = []
        cgroup_controllers = []
        """

    /// What it knows of QEMU is carried over from the factory's own driver, since asking QEMU takes seconds.
    private static let start = """
        set -e
        for path in /etc/libvirt /run/libvirt /var/lib/libvirt /var/log/libvirt /var/cache/libvirt; do
            mkdir -p $path
            mount -t tmpfs -o mode=755 tmpfs $path
        done
        mkdir -p /var/cache/libvirt/qemu/capabilities
        cp /var/cache/imagefactory/libvirt-capabilities/*.xml /var/cache/libvirt/qemu/capabilities/ 2>/dev/null || true
        cp "$1/qemu.conf" /etc/libvirt/
        exec libvirtd --config "$1/libvirtd.conf" --pid-file "$2"
        """
}
