internal import Foundation
internal import HostSystem
package import SystemPackage

/// A libvirt daemon of the test's own, which can be killed without harm to anybody else: it sees folders of its own in
/// place of the host's, and listens elsewhere.
package struct LibvirtDaemon: Sendable {
    /// How to connect to it.
    package let uri: String
    /// Its process; within its own count of processes where it has a network.
    package let process: Int32
    /// The network namespace that it lives in; nil for the host's.
    package let network: String?

    /// Lends one that keeps its files in `folder`.
    ///
    /// - Parameters:
    ///   - ownsDisks: Whether it hands the disks of its machines to QEMU's account, as a host's daemon does.
    ///   - network: The name of a network namespace to live in, of which nobody outside sees anything, and which ends with
    ///     all that was started in it; ``inNetwork(_:)`` gets there.
    package static func with<Result: Sendable>(
        in folder: FilePath, ownsDisks: Bool = false, network: String? = nil,
        _ body: (LibvirtDaemon) async throws -> Result
    ) async throws -> Result {
        guard await Program.path(of: "libvirtd") != nil else { throw LibvirtDaemonError() }
        if let network { try await Program.run("ip", ["netns", "add", network], deadline: .seconds(20)) }
        return try await withCleanup {
            try await serve(in: folder, ownsDisks: ownsDisks, network: network, body)
        } cleanup: {
            guard let network else { return }
            _ = try? await Program.run("ip", ["netns", "delete", network], deadline: .seconds(20))
        }
    }

    private static func serve<Result: Sendable>(
        in folder: FilePath, ownsDisks: Bool, network: String?, _ body: (LibvirtDaemon) async throws -> Result
    ) async throws -> Result {
        // The path of a socket must be short.
        try await withScratchFolder(in: "/run", prefix: "if-libvirt") { sockets in
            let identity = folder.appending("libvirtd.pid")
            try folder.appending("libvirtd.conf").write(settings(sockets).utf8)
            try folder.appending("qemu.conf").write(machineSettings(ownsDisks: ownsDisks).utf8)
            return try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    _ = try? await Program.run(
                        launcher(network)[0],
                        Array(launcher(network).dropFirst()) + [
                            "sh", "-c", start, "sh", folder.string, identity.string,
                        ],
                        deadline: .seconds(1800))
                }
                defer { group.cancelAll() }
                let socket = sockets.appending("libvirt-sock")
                let process = try await poll(every: .milliseconds(50), deadline: .seconds(30), for: "libvirtd") {
                    let text = try? identity.readText().trimmingCharacters(in: .whitespacesAndNewlines)
                    return socket.exists ? text.flatMap { Int32($0) } : nil
                }
                return try await body(
                    LibvirtDaemon(uri: "qemu+unix:///system?socket=\(socket)", process: process, network: network))
            }
        }
    }

    /// The command line of a program in the daemon's network.
    package func inNetwork(_ command: [String]) -> [String] {
        network.map { ["ip", "netns", "exec", $0] + command } ?? command
    }

    /// What becomes the daemon's shell. In a network of its own its end is the end of all that it started, too.
    private static func launcher(_ network: String?) -> [String] {
        guard let network else { return ["unshare", "--mount"] }
        return [
            "ip", "netns", "exec", network, "unshare", "--mount", "--pid", "--fork", "--kill-child=KILL",
            "--mount-proc",
        ]
    }

    private static func settings(_ sockets: FilePath) -> String {
        """
        unix_sock_dir = "\(sockets)"
        auth_unix_ro = "none"
        auth_unix_rw = "none"
        """
    }

    private static func machineSettings(ownsDisks: Bool) -> String {
        """
        user = "libvirt-qemu"
        dynamic_ownership = \(ownsDisks ? 1 : 0)
        remember_owner = 0
        stdio_handler = "file"
        security_driver = "none"
        namespaces = []
        cgroup_controllers = []
        """
    }

    /// What it knows of QEMU is carried over from the factory's own driver, since asking QEMU takes seconds. The shell stays:
    /// where it is the first of its processes, it has to take leave of machines that ended, or libvirt waits for them.
    private static let start = """
        set -e
        for path in /etc/libvirt /run/libvirt /var/lib/libvirt /var/log/libvirt /var/cache/libvirt; do
            mkdir -p $path
            mount -t tmpfs -o mode=755 tmpfs $path
        done
        mkdir -p /var/cache/libvirt/qemu/capabilities /var/log/libvirt/qemu
        cp /var/cache/imagefactory/libvirt-capabilities/*.xml /var/cache/libvirt/qemu/capabilities/ 2>/dev/null || true
        cp "$1/qemu.conf" /etc/libvirt/
        ip link set lo up 2>/dev/null || true
        libvirtd --config "$1/libvirtd.conf" --pid-file "$2" &
        # The end of the shell is the end of the daemon, too: a signal breaks off the first wait.
        trap 'kill $! 2>/dev/null || true' TERM
        wait $! || wait $!
        """
}

/// No daemon can be had.
package struct LibvirtDaemonError: Error, CustomStringConvertible {
    package var description: String { "libvirtd is not installed; run 'make setup'" }
}
