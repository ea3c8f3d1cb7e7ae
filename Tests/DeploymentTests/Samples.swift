import DiskImages
import HostSystem

@testable import Deployment

/// What tests deploy.
enum Samples {
    /// An image; another `seed` gives another one.
    static func image(_ version: String = "v1.2.0", seed: String = "") -> DeployedImage {
        DeployedImage(
            template: "web", version: version, release: .of("release \(version)\(seed)"),
            sha256: .of("image \(version)\(seed)"), format: .qcow2, length: 1000, virtualSize: 8 << 30)
    }

    /// A machine that is whole.
    static func record(
        _ number: Int = 1, fleet: String = "web", executor: MachineShape.Executor = .qemu
    ) -> MachineRecord {
        let shape = MachineShape(cpus: 1, memory: .mebibytes(512), executor: executor)
        var record = MachineRecord(
            fleet: fleet, number: number, generation: 1,
            edition: MachineEdition(image: image(), shape: shape, seed: CloudSeed().digest))
        record.state = .healthy
        return record
    }

    /// The edition of a fleet on a cluster; another size of its machines' disks gives another one.
    static func clusterEdition(_ version: String = "v1.2.0", disk: ByteCount? = nil) -> ProxmoxEdition {
        let image = image(version)
        var shape = CloneShape()
        shape.disk = disk
        return ProxmoxEdition(
            release: ProxmoxRelease(
                template: image.template, version: version, digest: image.release, image: image.sha256),
            settings: .of("settings"), shape: shape)
    }
}
