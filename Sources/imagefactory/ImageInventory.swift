internal import Attestation
internal import DiskImages
internal import HostSystem
internal import Machines
internal import Stages
internal import SystemPackage

/// Takes the inventory of an image file that nothing is on record of.
///
/// Whoever made the image has written its headers, which may name other files: QEMU sees none of them. The disk in it is
/// written out by the factory's own readers, as a raw file with holes, and only that is read in libguestfs's small machine.
struct ImageInventory {
    /// What scratch folders begin with.
    static let scratchPrefix = "image"

    /// Whose accelerator runs the small machine.
    let room: MachineRoom
    /// Where the raw file lies while it is looked at; it takes the room of the image's data.
    let scratch: FilePath

    /// The inventory of what is in `image`.
    ///
    /// - Throws: `ImageError` for what is no image, or an overlay; `InventoryError` for one without a system that libguestfs
    ///   can read.
    func take(of image: FilePath) async throws -> Inventory {
        let disk = try DiskImage.open(image, backing: .none)
        return try await withScratchFolder(in: scratch, prefix: Self.scratchPrefix) { folder in
            Talk.say("\(image): there is no inventory beside it; reading the disk, which takes a while")
            _ = try await Conversion(of: disk, to: [.raw()], name: "disk").run(into: folder)
            return try await OfflineInventory(accelerator: try await room.hypervisor().accelerator.accelerator).take(
                of: folder.appending("disk.raw"), as: .raw, in: folder, remark: { Talk.say($0) })
        }
    }
}
