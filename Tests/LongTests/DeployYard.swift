import Attestation
import Foundation
import HostSystem
import LibvirtTestSupport
import PromotionTestSupport
import SystemPackage
import Testing
import VirtualMachineTestSupport

/// A machine as the program lists it.
struct Machine: Decodable {
    let name: String
    let version: String
    let state: String
    let address: String?
    let drift: [String]

    static func list(in output: String) throws -> [Machine] {
        try JSONDecoder().decode([Machine].self, from: Data(output.utf8))
    }
}

/// What became of a fleet in a pass, as the program lists it.
struct Outcome: Decodable {
    let fleet: String
    let outcome: String

    static func list(in output: String) throws -> [Outcome] {
        try JSONDecoder().decode([Outcome].self, from: Data(output.utf8))
    }
}

/// Signed releases of a lab image, a key for SSH, a repository of fleets, and a daemon to deploy onto.
struct DeployYard: Sendable {
    let project: Project
    let folder: FilePath

    private static let template = "web"
    private static let check = "! test -e /etc/release-bad"

    /// Builds the image once; the other releases are the same disk with a file more.
    static func make(in lab: Lab) async throws -> DeployYard {
        var template = LabTemplate(name: Self.template)
        template.pipeline = "quick"
        let project = try lab.project([Self.template: template.text])
        let built = try await lab.turn {
            try await project.factory("build", Self.template, "--version", "v0.1.0").run()
        }
        try #require(built.status == 0, "\(built.talk)")
        let yard = DeployYard(project: project, folder: project.root)
        let signer = try PrivateKey.generate(.p256)
        try yard.folder.appending("trust").createFolder()
        try yard.folder.appending("trust/release.pub").write(signer.publicKey.pem.utf8)
        try yard.folder.appending("trust/policy.yaml").write("require: [provenance]\n".utf8)
        let image = project.output.appending("web/v0.1.0/web-v0.1.0.qcow2")
        for (version, file) in [("v1.0.0", "one"), ("v1.1.0", "two"), ("v1.2.0", "bad")] {
            let copy = yard.folder.appending("copy.qcow2")
            try await Program.run("cp", [image.string, copy.string], deadline: .seconds(60))
            try await Program.run(
                "guestfish", ["--rw", "--format=qcow2", "-a", copy.string, "-i", "touch", "/etc/release-\(file)"],
                environment: ["LIBGUESTFS_BACKEND": "direct", "LIBGUESTFS_BACKEND_SETTINGS": "force_tcg"],
                deadline: .seconds(300))
            _ = try await SmallRelease(
                Self.template, version, in: project.output, key: signer, moving: copy, virtualSize: .gibibytes(8))
        }
        try yard.repository.appending("fleets").createFolder()
        try await Program.run(
            "ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", yard.folder.appending("ssh").string],
            deadline: .seconds(20))
        try yard.repository.appending("fleets/ssh.pub").write(yard.folder.appending("ssh.pub").readBytes())
        try await yard.git("init", "--quiet", ".")
        return yard
    }

    func withDaemon(_ body: @Sendable (LibvirtDaemon) async throws -> Void) async throws {
        _ = chmod(folder.string, 0o755)
        try folder.appending("pool").createFolder()
        let name = "if-\(String.randomHex(digits: 6))"
        try await LibvirtDaemon.with(in: folder, ownsDisks: true, network: name) { daemon in
            try await virsh(daemon, "pool-create-as", "default", "dir", "--target", folder.appending("pool").string)
            try folder.appending("network.xml").write(Self.network.utf8)
            try await virsh(daemon, "net-create", folder.appending("network.xml").string)
            try await body(daemon)
        }
    }

    private static let network = """
        <network>
          <name>default</name>
          <bridge name='ifbr0'/>
          <ip address='192.168.199.1' netmask='255.255.255.0'>
            <dhcp><range start='192.168.199.10' end='192.168.199.99'/></dhcp>
          </ip>
        </network>
        """

    @discardableResult
    func virsh(_ daemon: LibvirtDaemon, _ arguments: String...) async throws -> String {
        try await Program.run("virsh", ["--connect", daemon.uri] + arguments, deadline: .seconds(60)).text
    }

    // MARK: - The program

    func deploy(_ version: String, on daemon: LibvirtDaemon, _ more: String...) async throws -> FactoryProcess.Ending {
        var process = project.factory(
            "deploy", "kvm", Self.template, "--version", version, "--name", "web", "--connect", daemon.uri, "--cpus",
            "1", "--memory", "512MiB", "--disk", "9GiB", "--accelerator", "tcg", "--ssh-key",
            folder.appending("ssh.pub").string, "--health", "command:\(Self.check)", "--health-timeout", "5min",
            "--format", "json")
        process.arguments += more
        return try await process.run { line, _ in print("deploy: \(line)") }
    }

    func reconcile(_ more: String...) async throws -> FactoryProcess.Ending {
        var process = project.factory("reconcile", "file://\(repository)", "--format", "json")
        process.arguments += more
        return try await process.run { line, _ in print("reconcile: \(line)") }
    }

    func rollback(on daemon: LibvirtDaemon) async throws -> FactoryProcess.Ending {
        try await project.factory(
            "fleet", "rollback", "web", "--connect", daemon.uri, "--health", "command:\(Self.check)", "--format", "json"
        ).run { line, _ in print("rollback: \(line)") }
    }

    func status(on daemon: LibvirtDaemon) async throws -> [Machine] {
        let ending = try await project.factory(
            "fleet", "status", "web", "--connect", daemon.uri, "--format", "json"
        ).run()
        return try Machine.list(in: ending.output)
    }

    // MARK: - Git

    private var repository: FilePath { folder.appending("wanted") }

    func git(_ arguments: String...) async throws {
        let identity = ["user.name=Ada", "user.email=ada@example.org", "commit.gpgsign=false"].flatMap { ["-c", $0] }
        try await Program.run(
            "git", ["-C", repository.string] + identity + arguments, deadline: .seconds(60))
    }

    /// Commits a fleet that is made as ``deploy(_:on:_:)`` makes it.
    func want(_ version: String, count: Int, of daemon: LibvirtDaemon, _ subject: String) async throws {
        let text = """
            fleet: web
            template: \(Self.template)
            version: \(version)
            host: \(daemon.uri)
            accelerator: tcg
            count: \(count)
            machine: { cpus: 1, memory: 512MiB, disk: 9GiB }
            ssh-keys: [ssh.pub]
            health: { checks: ["command:\(Self.check)"], timeout: 5min }
            """
        try repository.appending("fleets/web.yaml").write(text.utf8)
        try await git("add", "--all")
        try await git("commit", "--quiet", "--message", subject)
    }

    /// A program that notes what it is told when the load is switched over.
    func switchHook() throws -> (note: FilePath, hook: FilePath) {
        let note = folder.appending("switched")
        let hook = folder.appending("switch")
        let text = "#!/bin/sh\necho \"$FLEET $MACHINE_NAMES $MACHINE_ADDRESSES\" >>'\(note)'\n"
        try hook.write(text.utf8, mode: [.ownerReadWriteExecute])
        return (note, hook)
    }

    // MARK: - Looking

    /// What was seen while something was changed: how often it was looked, and the fewest machines that answered.
    struct Watch: Sendable {
        var looks = 0
        var fewest = Int.max
    }

    /// Counts the machines whose agents answer, again and again, while `body` changes the fleet.
    func watching<Result: Sendable>(
        _ daemon: LibvirtDaemon, _ body: @escaping @Sendable () async throws -> Result
    ) async throws -> (Result, Watch) {
        let watcher = Task {
            var watch = Watch()
            while !Task.isCancelled {
                guard var count = try? await answering(daemon) else { continue }
                // One may be up only just now, and the next one go while the answers come.
                if count < watch.fewest, let second = try? await answering(daemon) { count = max(count, second) }
                watch.looks += 1
                watch.fewest = min(watch.fewest, count)
                try? await ContinuousClock().sleep(for: .seconds(2))
            }
            return watch
        }
        defer { watcher.cancel() }
        let result = try await body()
        watcher.cancel()
        return (result, await watcher.value)
    }

    /// How many machines of the fleet answer; one that is slow is asked again.
    private func answering(_ daemon: LibvirtDaemon) async throws -> Int {
        let names = try await virsh(daemon, "list", "--name").split(separator: "\n").filter { $0.hasPrefix("web-") }
        return await withTaskGroup(of: Bool.self) { group in
            for name in names {
                group.addTask {
                    for _ in 0..<2 {
                        let answer = try? await virsh(
                            daemon, "qemu-agent-command", String(name), #"{"execute":"guest-ping"}"#, "--timeout", "15")
                        if answer != nil { return true }
                    }
                    return false
                }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
    }

    /// Expects of machines that each has an address, a name, an id and host keys of its own, and lets the key in.
    func expectThemselves(_ machines: [Machine], on daemon: LibvirtDaemon) async throws {
        var identities: [[String]] = []
        for machine in machines {
            let lines = try await run(
                "uname -n; cat /etc/machine-id /etc/ssh/ssh_host_ed25519_key.pub | cut -d ' ' -f 1-2", on: machine,
                of: daemon
            ).split(separator: "\n").map(String.init)
            try #require(lines.count == 3, "\(lines)")
            #expect(lines[0] == machine.name)
            identities.append([try #require(machine.address)] + lines)
        }
        for index in 0..<4 { #expect(Set(identities.map { $0[index] }).count == machines.count) }
    }

    /// Logs in by the key, as soon as cloud-init lets it in, and gives what a command prints.
    func run(_ command: String, on machine: Machine, of daemon: LibvirtDaemon) async throws -> String {
        let words = daemon.inNetwork([
            "ssh", "-i", folder.appending("ssh").string, "-o", "StrictHostKeyChecking=no", "-o",
            "UserKnownHostsFile=/dev/null", "-o", "LogLevel=ERROR", "debian@\(try #require(machine.address))", command,
        ])
        return try await poll(every: .seconds(3), deadline: .seconds(600), for: "a login on \(machine.name)") {
            try? await Program.run(words[0], Array(words.dropFirst()), deadline: .seconds(60)).text
        }
    }

    func expectEmptyAfterDeletion(on daemon: LibvirtDaemon) async throws {
        let ending = try await project.factory("fleet", "delete", "web", "--connect", daemon.uri).run()
        #expect(ending.status == 0, "\(ending.talk)")
        print("deleted in \(ending.duration)")
        #expect(try await virsh(daemon, "list", "--all", "--name").isEmpty)
        let left = folder.appending("pool").folderEntries.filter { !$0.hasPrefix("imagefactory-") }
        #expect(left.sorted() == ["web-1.db.data.qcow2", "web-2.db.data.qcow2"])
    }
}
