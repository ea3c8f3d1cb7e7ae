import Attestation
import DiskImages
import FoundationXML
import HostSystem
import Libvirt
import LibvirtTestSupport
import Synchronization
import SystemPackage

@testable import Deployment

/// A real libvirt daemon with a pool, an image to deploy, and what belongs to others around it.
struct KVMBench {
    let folder: FilePath
    let connection: Connection
    let host: KVMHost
    let lines: Lines

    /// What was said to people.
    final class Lines: Sendable {
        private let lines = Mutex<[String]>([])

        func add(_ line: String) { lines.withLock { $0.append(line) } }
        var all: [String] { lines.withLock { $0 } }
    }

    static func with(_ body: (KVMBench) async throws -> Void) async throws {
        // A daemon that ends while libvirt still writes to it is no end of the tests.
        BrokenPipes.survive()
        try await withScratchFolder(in: "/var/tmp", prefix: "if-kvm") { folder in
            try await Program.run("chmod", ["755", folder.string], deadline: .seconds(10))
            try await LibvirtDaemon.with(in: folder, ownsDisks: true) { daemon in
                let connection = try await Connection.open(daemon.uri)
                try folder.appending("pool").createFolder()
                try await makePool(connection, folder.appending("pool"))
                let lines = Lines()
                try await body(
                    KVMBench(
                        folder: folder, connection: connection, host: KVMHost(connection) { lines.add($0) },
                        lines: lines))
            }
        }
    }

    var poolFolder: FilePath { folder.appending("pool") }

    private static func makePool(_ connection: Connection, _ folder: FilePath) async throws {
        let xml = node(
            "pool", ["type": "dir"],
            children: [
                node("name", text: "default"), node("target", children: [node("path", text: folder.string)]),
            ]
        ).xmlString
        _ = try await connection.createStoragePool(xml: xml, name: "default")
    }

    /// A real qcow2 image, as a release would have it.
    func image(_ version: String = "v1.0.0", size: ByteCount = .mebibytes(64)) async throws -> VerifiedImage {
        let release = folder.appending("releases-\(version)")
        try release.createFolder()
        let file = release.appending("web.qcow2")
        let raw = folder.appending("raw")
        try raw.write(Array("\(version) ".utf8) + (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 31 ^ $0 >> 7) })
        try await Program.run("truncate", ["--size", "\(size.bytes)", raw.string], deadline: .seconds(10))
        try await Program.run(
            "qemu-img", ["convert", "-O", "qcow2", raw.string, file.string], deadline: .seconds(60))
        let digest = try await Digest.of(file: file)
        return VerifiedImage(
            image: DeployedImage(
                template: "web", version: version, release: .of(version), sha256: digest, format: .qcow2,
                length: try file.fileSize().bytes, virtualSize: size.bytes),
            signers: ["release"], file: "web.qcow2", places: [FoundRelease(.folder(release))], scratch: folder)
    }

    /// A machine's record in this bench.
    func record(_ number: Int, _ image: VerifiedImage, fleet: String = "web") -> MachineRecord {
        MachineRecord(
            fleet: fleet, number: number, generation: 1,
            edition: MachineEdition(
                image: image.image,
                shape: MachineShape(
                    cpus: 1, memory: .mebibytes(512), disk: .mebibytes(128), network: nil, executor: .qemu),
                seed: CloudSeed().digest))
    }

    /// What is in the pool besides images.
    func volumes() async throws -> [String] {
        poolFolder.folderEntries.filter { !$0.hasPrefix("imagefactory-") }
    }
}
