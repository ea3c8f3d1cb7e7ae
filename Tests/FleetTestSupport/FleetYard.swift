import Attestation
import Foundation
import HostSystem
package import LibvirtTestSupport
import PromotionTestSupport
package import SystemPackage
package import VirtualMachineTestSupport

/// A real daemon among strangers, two signed releases of a disk that boots nothing, and the program that deploys them.
///
/// Its machines run and do nothing: their images have no guest agent, so that it needs no system to be healthy.
package struct FleetYard: Sendable {
    /// The folder of everything.
    package let folder: FilePath
    /// The daemon.
    package let daemon: LibvirtDaemon
    /// The machines that the fleet is to have.
    package let count: Int
    private let strangers: Strangers
    private let before: Strangers.Sight

    /// The versions that there are.
    package static let versions = ["v1.0.0", "v1.1.0"]
    private static let fleet = "web"

    /// Lends one.
    package static func with(count: Int, _ body: (FleetYard) async throws -> Void) async throws {
        try await withScratchFolder(in: "/var/tmp", prefix: "if-yard") { folder in
            _ = chmod(folder.string, 0o755)
            for name in ["pool", "trust", "fleets", "templates"] { try folder.appending(name).createFolder() }
            let signer = try PrivateKey.generate(.p256)
            try folder.appending("trust/release.pub").write(signer.publicKey.pem.utf8)
            try folder.appending("trust/policy.yaml").write("require: [provenance]\n".utf8)
            for version in versions {
                _ = try SmallRelease(fleet, version, in: folder.appending("output"), key: signer)
            }
            let network = "if-\(String.randomHex(digits: 6))"
            try await LibvirtDaemon.with(in: folder, ownsDisks: true, network: network) { daemon in
                let pool = folder.appending("pool")
                try await daemon.virsh("pool-create-as", "default", "dir", "--target", pool.string)
                let strangers = Strangers(daemon: daemon, pool: pool)
                try await strangers.settle(in: folder)
                try await body(
                    FleetYard(
                        folder: folder, daemon: daemon, count: count, strangers: strangers,
                        before: try await strangers.look()))
            }
        }
    }

    /// `deploy kvm` of a version.
    package func deployment(of version: String) -> FactoryProcess {
        process(
            "deploy", "kvm", Self.fleet, "--version", version, "--name", Self.fleet, "--count", "\(count)", "--connect",
            daemon.uri, "--cpus", "1", "--memory", "128MiB", "--network", "none", "--accelerator", "tcg", "--no-agent",
            "--shutdown-timeout", "1s", "--format", "json")
    }

    /// `reconcile` of a file that wants a version.
    package func reconciliation(to version: String) throws -> FactoryProcess {
        let file = """
            fleet: \(Self.fleet)
            template: \(Self.fleet)
            version: \(version)
            host: \(daemon.uri)
            accelerator: tcg
            count: \(count)
            machine: { cpus: 1, memory: 128MiB, network: none }
            health: { agent: false }
            shutdown-timeout: 1s
            """
        try folder.appending("fleets/web.yaml").write(file.utf8)
        return process("reconcile", folder.appending("fleets").string, "--format", "json")
    }

    /// `fleet delete`.
    package var deletion: FactoryProcess {
        process("fleet", "delete", Self.fleet, "--connect", daemon.uri, "--shutdown-timeout", "1s")
    }

    /// `fleet rollback`.
    package var rollback: FactoryProcess {
        process(
            "fleet", "rollback", Self.fleet, "--count", "\(count)", "--connect", daemon.uri, "--no-agent",
            "--shutdown-timeout", "1s", "--format", "json")
    }

    private func process(_ arguments: String...) -> FactoryProcess {
        FactoryProcess(
            arguments: arguments,
            environment: [
                "IMAGEFACTORY_ROOT": folder.string, "IMAGEFACTORY_STATE": folder.appending("state").string,
                "IMAGEFACTORY_CACHE": folder.appending("cache").string,
                "IMAGEFACTORY_OUTPUT": folder.appending("output").string,
            ])
    }

    /// What is on the host that should not be, is missing, or is not as it was.
    package func problems(machines: Int, of version: String) async throws -> [String] {
        var problems: [String] = []
        let after = try await strangers.look()
        for (name, old) in before.sorted(by: { $0.key < $1.key }) where after[name] != old {
            problems.append("\(name) was changed: \(after[name] ?? "gone")")
        }
        let domains = try await daemon.virsh("list", "--all", "--name").split(separator: "\n").map(String.init)
            .filter { !Strangers.holds(domain: $0) }
        let wanted = (1..<(machines + 1)).map { "\(Self.fleet)-\($0)" }
        if domains.sorted() != wanted { problems.append("the machines are \(domains.sorted())") }
        var volumes = Set<String>()
        for domain in domains {
            let xml = try await daemon.virsh("dumpxml", domain, "--inactive")
            volumes.formUnion(xml.matches(of: /volume='([^']+)'/).map { String($0.output.1) })
            let runs = xml.firstMatch(of: /<(?:if:)?image [^>]*\bversion=["']([^"']+)["']/).map { String($0.output.1) }
            if runs != version { problems.append("\(domain) is \(runs ?? "nothing") and not \(version)") }
        }
        if volumes.count != 2 * domains.count { problems.append("\(domains.count) machines have \(volumes)") }
        let found = strangers.pool.folderEntries.filter { !Strangers.holds(volume: $0) && !isImage($0) }
        if Set(found) != volumes { problems.append("the volumes are \(found), of machines \(volumes.sorted())") }
        let variables = try await firmwareVariables().sorted()
        let owners = domains.map { "\($0)_VARS.fd" }.sorted()
        if variables != owners { problems.append("the firmware's variables are \(variables)") }
        // Those of other tests that run now are locked.
        let left = Temporary.abandoned(in: "/var/tmp", prefixes: ["if-seed"])
        if !left.isEmpty { problems.append("seeds were left: \(left)") }
        return problems
    }

    /// Images stay on a host, each once, with a mark that it is whole.
    private func isImage(_ volume: String) -> Bool {
        Self.versions.contains { version in
            let name = "imagefactory-\(SmallRelease.image(Self.fleet, version).hex)"
            return [".raw", ".checked"].contains { volume == name + $0 }
        }
    }

    /// The files with firmware variables, which lie in a folder that the daemon alone sees.
    private func firmwareVariables() async throws -> [String] {
        let namespace = daemon.network ?? ""
        let processes = try await Program.run("ip", ["netns", "pids", namespace], deadline: .seconds(20)).text
        let server = processes.split(separator: "\n").first { id in
            (try? FilePath("/proc/\(id)/comm").readText()) == "libvirtd\n"
        }
        guard let server else { return [] }
        return FilePath("/proc/\(server)/root/var/lib/libvirt/qemu/nvram").folderEntries
    }
}
