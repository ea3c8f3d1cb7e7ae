import Attestation
import Foundation
import HostSystem
import LibvirtTestSupport
import PromotionTestSupport
import Synchronization
import SystemPackage
import Testing
import VirtualMachineTestSupport

extension LongTests {
    /// Fleets of small lab machines on a real libvirt daemon, with a network of its own.
    @Suite(.timeLimit(.minutes(60)))
    struct FleetTests {
        @Test func upgradesAFleetThatStaysUpAndGoesBackFromABadRelease() async throws {
            let lab = try #require(Lab.current)
            let yard = try await DeployYard.make(in: lab)
            try await lab.turn {
                try await yard.withDaemon { daemon in
                    let first = try await yard.deploy("v1.0.0", on: daemon, "--count", "3")
                    try #require(first.status == 0, "\(first.talk)")
                    let machines = try Machine.list(in: first.output)
                    #expect(machines.map(\.version) == ["v1.0.0", "v1.0.0", "v1.0.0"])
                    try await yard.expectThemselves(machines, on: daemon)

                    let again = try await yard.deploy("v1.0.0", on: daemon, "--count", "3")
                    #expect(again.status == 0 && again.talk.contains("already"))
                    #expect(!again.talk.contains("uploading"), "a second deployment copies nothing")

                    let upgrade = try await yard.deploy("v1.1.0", on: daemon, "--count", "3")
                    try #require(upgrade.status == 0, "\(upgrade.talk)")
                    #expect(try Machine.list(in: upgrade.output).map(\.version) == ["v1.1.0", "v1.1.0", "v1.1.0"])

                    let bad = try await yard.deploy(
                        "v1.2.0", on: daemon, "--count", "3", "--strategy", "canary", "--canary-pause", "5s")
                    #expect(bad.status == 1)
                    #expect(bad.talk.contains("went back"), "\(bad.talk)")
                    let kept = try await yard.status(on: daemon)
                    #expect(kept.map(\.version) == ["v1.1.0", "v1.1.0", "v1.1.0"])
                    #expect(kept.allSatisfy { $0.state == "healthy" })

                    let fewer = try await yard.deploy("v1.1.0", on: daemon, "--count", "1")
                    #expect(fewer.status == 0)
                    #expect(try Machine.list(in: fewer.output).count == 1)
                    try await yard.expectEmptyAfterDeletion(on: daemon)
                }
            }
        }
    }
}

/// A machine as the program lists it.
private struct Machine: Decodable {
    let name: String
    let version: String
    let state: String
    let address: String?

    static func list(in output: String) throws -> [Machine] {
        try JSONDecoder().decode([Machine].self, from: Data(output.utf8))
    }
}

/// Signed releases of a lab image, a key for SSH, and a daemon to deploy onto.
private struct DeployYard: Sendable {
    let project: Project
    let folder: FilePath

    private static let template = "web"

    /// Builds the image once; the other releases are the same disk with a file more.
    static func make(in lab: Lab) async throws -> DeployYard {
        var template = LabTemplate(name: Self.template)
        template.pipeline = "quick"
        let project = try lab.project([Self.template: template.text])
        let built = try await lab.turn {
            try await project.factory("build", Self.template, "--version", "v0.1.0").runPastFlaws()
        }
        try #require(built.status == 0, "\(built.talk)")
        let yard = DeployYard(project: project, folder: project.root)
        let signer = try PrivateKey.generate(.p256)
        try project.root.appending("trust").createFolder()
        try project.root.appending("trust/release.pub").write(signer.publicKey.pem.utf8)
        let image = project.output.appending("web/v0.1.0/web-v0.1.0.qcow2")
        for (version, file) in [("v1.0.0", "one"), ("v1.1.0", "two"), ("v1.2.0", "bad")] {
            let copy = project.root.appending("copy.qcow2")
            try await Program.run("cp", [image.string, copy.string], deadline: .seconds(60))
            try await Program.run(
                "guestfish", ["--rw", "--format=qcow2", "-a", copy.string, "-i", "touch", "/etc/release-\(file)"],
                environment: ["LIBGUESTFS_BACKEND": "direct", "LIBGUESTFS_BACKEND_SETTINGS": "force_tcg"],
                deadline: .seconds(300))
            _ = try await SmallRelease(
                Self.template, version, in: project.output, key: signer, moving: copy, virtualSize: .gibibytes(8))
        }
        try await Program.run(
            "ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", project.root.appending("ssh").string],
            deadline: .seconds(20))
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
    private func virsh(_ daemon: LibvirtDaemon, _ arguments: String...) async throws -> String {
        try await Program.run("virsh", ["--connect", daemon.uri] + arguments, deadline: .seconds(60)).text
    }

    func deploy(_ version: String, on daemon: LibvirtDaemon, _ more: String...) async throws -> FactoryProcess.Ending {
        var process = project.factory(
            "deploy", "kvm", Self.template, "--version", version, "--name", "web", "--connect", daemon.uri, "--cpus",
            "1",
            "--memory", "512MiB", "--disk", "9GiB", "--accelerator", "tcg", "--ssh-key",
            folder.appending("ssh.pub").string,
            "--health", "command:! test -e /etc/release-bad", "--health-timeout", "5min", "--format", "json")
        process.arguments += more
        return try await process.run { line, _ in print("deploy: \(line)") }
    }

    func status(on daemon: LibvirtDaemon) async throws -> [Machine] {
        let ending = try await project.factory(
            "fleet", "status", "web", "--connect", daemon.uri, "--format", "json"
        ).run()
        return try Machine.list(in: ending.output)
    }

    /// Expects of machines that each has an address, a name, an id and host keys of its own, and lets the key in.
    func expectThemselves(_ machines: [Machine], on daemon: LibvirtDaemon) async throws {
        var identities: [[String]] = []
        for machine in machines {
            let address = try #require(machine.address)
            let command = daemon.inNetwork([
                "ssh", "-i", folder.appending("ssh").string, "-o", "StrictHostKeyChecking=no", "-o",
                "UserKnownHostsFile=/dev/null", "-o", "LogLevel=ERROR", "debian@\(address)",
                "uname -n; cat /etc/machine-id /etc/ssh/ssh_host_ed25519_key.pub | cut -d ' ' -f 1-2",
            ])
            let lines = try await poll(every: .seconds(3), deadline: .seconds(240), for: "a login on \(machine.name)") {
                try? await Program.run(command[0], Array(command.dropFirst()), deadline: .seconds(60)).text
            }.split(separator: "\n").map(String.init)
            try #require(lines.count == 3, "\(lines)")
            #expect(lines[0] == machine.name)
            identities.append([address] + lines)
        }
        for index in 0..<4 { #expect(Set(identities.map { $0[index] }).count == machines.count) }
    }

    func expectEmptyAfterDeletion(on daemon: LibvirtDaemon) async throws {
        let ending = try await project.factory("fleet", "delete", "web", "--connect", daemon.uri).run()
        #expect(ending.status == 0, "\(ending.talk)")
        #expect(try await virsh(daemon, "list", "--all", "--name").isEmpty)
        #expect(folder.appending("pool").folderEntries.allSatisfy { $0.hasPrefix("imagefactory-") })
    }
}
