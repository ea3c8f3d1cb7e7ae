internal import Attestation
internal import Foundation
package import HostSystem
internal import PromotionTestSupport
package import ProxmoxStandIn
internal import Synchronization
package import SystemPackage
package import VirtualMachineTestSupport

/// A cluster that stands in for a real one, releases, and the program itself to deploy them.
package struct ProxmoxYard: Sendable {
    /// The cluster.
    package let server: ProxmoxStandIn
    /// A folder for the test's own things.
    package let folder: FilePath
    /// The words that say whose releases count, and for what.
    package let trust: [String]

    /// Lends a yard with the releases `v1.0.0` to `v1.3.0` of `web`.
    package static func with(
        _ model: ClusterModel = .crowded(), _ body: (ProxmoxYard) async throws -> Void
    ) async throws {
        var model = model
        // The images of the releases are no disks.
        model.looksIntoImports = false
        try await withScratchFolder(in: "/var/tmp", prefix: "if-yard") { folder in
            let signer = try PrivateKey.generate(.p256)
            let key = folder.appending("release.pub")
            try key.write(signer.publicKey.pem.utf8)
            try folder.appending("templates").createFolder()
            try folder.appending("templates/web.yaml").write("image: web\n".utf8)
            let policy = folder.appending("policy.yaml")
            try policy.write("require: []\n".utf8)
            for version in 0...3 {
                _ = try SmallRelease("web", "v1.\(version).0", in: folder.appending("output"), key: signer)
            }
            try await ProxmoxStandIn.with(model) { server in
                let trust = ["--key", key.string, "--policy", policy.string]
                try await body(ProxmoxYard(server: server, folder: folder, trust: trust))
            }
        }
    }

    /// The folder of the release `v1.VERSION.0`.
    package func release(_ version: Int) -> FilePath { folder.appending("output/web/v1.\(version).0") }

    /// The token, whole.
    package var token: Secret { Secret("\(server.account.tokenID)=\(server.account.secret.reveal())") }

    /// The words that say which cluster is meant.
    package var cluster: [String] { ["--endpoint", server.endpoint, "--ca-file", server.caFile.string] }

    /// The words that say which storages are meant.
    package var place: [String] { ["--storage", "local-lvm", "--import-storage", "local"] }

    /// The program, not started yet.
    package func program(_ words: [String], environment: [String: String] = [:]) -> FactoryProcess {
        let own = [
            "PROXMOX_TOKEN": token.reveal(), "IMAGEFACTORY_STATE": folder.appending("state").string,
            // What a killed process leaves is no other test's.
            "IMAGEFACTORY_CACHE": folder.appending("cache").string,
        ]
        return FactoryProcess(arguments: words, environment: own.merging(environment) { $1 }, folder: folder)
    }

    /// The deployment of a release, not started yet.
    package func deployment(_ version: Int, _ words: [String] = []) -> FactoryProcess {
        program(
            ["deploy", "proxmox", release(version).string, "--template-name", "web", "--keep", "1"] + trust + cluster
                + place + words)
    }

    /// Runs a program that gets a signal when so many requests of it have begun.
    package func run(
        _ program: FactoryProcess, struckBy signal: Int32, atRequest number: Int
    ) async throws -> FactoryProcess.Ending {
        let note = folder.appending("process-\(String.randomHex(digits: 8))")
        var program = program
        program.launcher = ["/bin/sh", "-c", "echo $$ >\"$0\"; exec \"$@\"", note.string]
        let begun = Mutex(0)
        let strikes: @Sendable (RecordedRequest) -> Bool = { _ in
            let count = begun.withLock { count in
                count += 1
                return count
            }
            if count == number + 1, let process = try? note.readText().trimmingCharacters(in: .newlines) {
                _ = Int32(process).map { kill($0, signal) }
            }
            return false
        }
        var ending: FactoryProcess.Ending?
        // No request meets this fault: it only looks at them.
        let started = program
        try await server.withFault(at: .matching(strikes), .hang) {
            ending = try await started.run(deadline: .seconds(120))
        }
        guard let ending else { throw SceneError() }
        return ending
    }
}
