import Foundation
import HostSystem
package import SystemPackage
import Testing

/// What a release says that clones of its disk proved, and how its images booted.
package struct ProvenSeal: Sendable {
    private struct Identity: Decodable {
        let kind: String
        let finding: String
    }

    private struct Growth: Decodable {
        let before: Int64
        let after: Int64
    }

    private struct Proof: Decodable {
        struct Clone: Decodable {
            let name: String
            let secondsToBoot: Double
        }

        let comparedWithBuild: Bool
        let clones: [Clone]
        let identities: [Identity]
        let seed: [String: Bool]?
        let growth: Growth?
    }

    private struct SealReport: Decodable {
        struct Operation: Decodable {
            let name: String
        }

        let operations: [Operation]
        let proof: Proof
    }

    /// A boot of an image.
    package struct Boot: Decodable, Sendable {
        /// The image's format.
        package let format: String
        /// What it was attached to.
        package let bus: String
        /// How long it took.
        package let seconds: Double
        /// The kernel that ran.
        package let kernel: String
        /// Where its root lay.
        package let root: String
    }

    private struct BootReport: Decodable {
        let boots: [Boot]
    }

    private let release: FilePath

    /// The proof in a release's folder.
    package init(of release: FilePath) {
        self.release = release
    }

    /// How the images booted.
    package func boots() throws -> [Boot] {
        try read(BootReport.self, "boot-report.json").boots
    }

    /// Expects that nothing is shared in a system with OpenSSH, networkd, cloud-init and a growing disk.
    package func expectComplete() throws {
        let report = try read(SealReport.self, "seal-report.json")
        #expect(!report.operations.isEmpty)
        let proof = report.proof
        #expect(proof.comparedWithBuild)
        #expect(proof.clones.map(\.name) == ["clone", "twin", "seeded"])
        let findings = Dictionary(uniqueKeysWithValues: proof.identities.map { ($0.kind, $0.finding) })
        for kind in ["machine-id", "ssh-host-keys", "random-seed", "dhcp-identity"] {
            #expect(findings[kind] == "different", "\(kind)")
        }
        for kind in ["iscsi-initiator", "nvme-host"] { #expect(findings[kind] == "absent", "\(kind)") }
        #expect(proof.seed == ["takesHostName": true, "takesUser": true, "takesKey": true])
        let growth = try #require(proof.growth)
        #expect(growth.after - growth.before > 1 << 30)
        for clone in proof.clones { print("the \(clone.name) booted in \(clone.secondsToBoot) s") }
    }

    private func read<Value: Decodable>(_ type: Value.Type, _ name: String) throws -> Value {
        try JSONDecoder().decode(type, from: Data(release.appending(name).readBytes()))
    }
}
