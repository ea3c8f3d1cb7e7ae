import Foundation
import HostSystem
import SystemPackage
import Testing
import VirtualMachineTestSupport

@testable import Deployment

/// An emulated host with ZFS on root, an empty second disk, and a way in by ssh.
struct ZFSGuest: Sendable {
    /// What ssh's configuration calls it.
    static let name = "zfs-host"
    /// How libvirt would reach it.
    let uri: String
    /// The host, as ssh is told of it.
    let address: SSHAddress
    private let folder: FilePath

    /// Installs the system, and lends it while it runs.
    static func with(_ lab: Lab, _ body: (ZFSGuest) async throws -> Void) async throws {
        let (disk, folder) = try await install(lab)
        try await boot(disk, in: folder, body)
    }

    private static func install(_ lab: Lab) async throws -> (disk: FilePath, folder: FilePath) {
        let folder = lab.folder.appending("zfs-host")
        try folder.createFolder()
        let key = folder.appending("key")
        try await Program.run(
            "ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", key.string], deadline: .seconds(20))
        let publicKey = try FilePath("\(key).pub").readText().trimmingCharacters(in: .newlines)
        var template = LabTemplate(name: "zfs-host", answers: ["KLDLOAD_ADMIN_SSH_PUBKEY: \"\(publicKey)\""])
        template.iso = "{ lab: debian13, root: zfs }"
        var project = try lab.project([template.name: template.text])
        project.state = folder.appending("state")
        let built = try await project.factory("build", template.name, "--until", "install-system").run()
        try #require(built.status == 0, "\(built.talk)")
        let store = project.state.appending("store")
        let layers = store.folderEntries.map { store.appending($0).appending("disk.qcow2") }.filter(\.exists)
        return (try #require(layers.first), folder)
    }

    private static func boot(
        _ base: FilePath, in folder: FilePath, _ body: (ZFSGuest) async throws -> Void
    ) async throws {
        let (disk, second) = (folder.appending("disk.qcow2"), folder.appending("second.qcow2"))
        try await Program.run(
            "qemu-img", ["create", "-q", "-f", "qcow2", "-F", "qcow2", "-b", base.string, disk.string],
            deadline: .seconds(30))
        try await Program.run(
            "qemu-img", ["create", "-q", "-f", "qcow2", second.string, "8G"], deadline: .seconds(30))
        let variables = folder.appending("variables.fd")
        try await Program.run(
            "cp", ["/usr/share/OVMF/OVMF_VARS_4M.fd", variables.string], deadline: .seconds(10))
        let port = try freePort()
        let guest = try ZFSGuest(port: port, folder: folder)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                _ = try? await Program.run(
                    "qemu-system-x86_64", arguments(disk, second, variables, port, folder), deadline: .seconds(3000))
            }
            defer { group.cancelAll() }
            try await guest.awaitLogin()
            try await body(guest)
        }
    }

    private static func arguments(
        _ disk: FilePath, _ second: FilePath, _ variables: FilePath, _ port: Int, _ folder: FilePath
    ) -> [String] {
        [
            "-machine", "q35", "-accel", "tcg,thread=multi,tb-size=512", "-cpu", "max,la57=off,erms=off", "-smp",
            "1,maxcpus=2", "-m", "2G", "-display", "none", "-nodefaults", "-serial", "file:\(folder)/console.log",
            "-drive", "if=pflash,unit=0,format=raw,readonly=on,file=/usr/share/OVMF/OVMF_CODE_4M.fd",
            "-drive", "if=pflash,unit=1,format=raw,file=\(variables)",
            "-drive", "if=virtio,cache=unsafe,discard=unmap,file=\(disk)",
            "-drive", "if=virtio,cache=unsafe,discard=unmap,file=\(second)",
            "-netdev", "user,id=net,hostfwd=tcp:127.0.0.1:\(port)-:22", "-device", "virtio-net-pci,netdev=net",
            "-device", "virtio-rng-pci",
        ]
    }

    private static func freePort() throws -> Int {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 && getsockname(descriptor, $0, &length) == 0
            }
        }
        try #require(isBound)
        return Int(UInt16(bigEndian: address.sin_port))
    }

    private init(port: Int, folder: FilePath) throws {
        self.folder = folder
        uri = "qemu+ssh://root@127.0.0.1:\(port)/system?keyfile=\(folder)/key&known_hosts=\(folder)/known_hosts"
        address = try #require(SSHAddress(connection: uri))
    }

    /// Learns the host's key from itself, as whoever installs it would by its console.
    private func awaitLogin() async throws {
        let port = try #require(address.port)
        let keys = try await poll(every: .seconds(2), deadline: .seconds(600), for: "ssh") {
            let scan = try? await Program.run(
                "ssh-keyscan", ["-T", "10", "-p", "\(port)", "127.0.0.1"], deadline: .seconds(30))
            return scan.flatMap { $0.text.isEmpty ? nil : $0.text + "\n" }
        }
        try folder.appending("known_hosts").write(keys.utf8)
        try nameIt(port)
        _ = try await poll(every: .seconds(2), deadline: .seconds(300), for: "a login") {
            try? await run("true")
        }
    }

    /// Gives it a name that ssh knows, as an account's own configuration does, which nothing here touches.
    private func nameIt(_ port: Int) throws {
        let programs = folder.appending("bin")
        try programs.createFolder()
        let configuration = folder.appending("ssh_config")
        try configuration.write(
            """
            Host \(Self.name) 127.0.0.1
                HostName 127.0.0.1
                Port \(port)
                User root
                IdentityFile \(folder)/key
                UserKnownHostsFile \(folder)/known_hosts
                ControlMaster auto
                ControlPath \(folder)/%C
                ControlPersist 60

            """.utf8)
        try programs.appending("ssh").write(
            "#!/bin/sh\nexec /usr/bin/ssh -F \(configuration) \"$@\"\n".utf8, mode: [.ownerReadWriteExecute])
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
        setenv("PATH", "\(programs):\(path)", 1)
    }

    /// Runs a line of shell there, and gives what it prints.
    @discardableResult
    func run(_ line: String) async throws -> String {
        try await HostShell(address).run(["sh", "-euc", line], deadline: .seconds(300)).text
    }

    /// The digest of what a dataset's device holds, past the page cache.
    func digest(of dataset: String, length: Int64) async throws -> String {
        try await run(
            "dd if=/dev/zvol/\(dataset) iflag=direct,count_bytes bs=1M count=\(length) status=none | sha256sum | cut -c1-64"
        )
    }

    /// What is known of some datasets and all that is in them, but for what reading changes.
    func state(of datasets: [String]) async throws -> String {
        let list = datasets.joined(separator: " ")
        return try await run(
            """
            zfs get -H -p -r -t all all \(list) | grep -vE '\t(available|used|usedbydataset|usedbysnapshots|written)\t'
            for one in \(list); do [ ! -b /dev/zvol/$one ] || sha256sum /dev/zvol/$one; done
            """)
    }
}
