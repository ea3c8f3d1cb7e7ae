/// All that an SBOM lists, in the order of the ids: the distribution, packages, kernels, boot loaders, and the files that
/// no package owns.
struct SBOMContent: Sendable {
    /// What is in the image, each id once.
    let components: [SBOMComponent]
    /// Who supplies the image.
    let supplier: Supplier?

    /// What is in an image.
    init(_ inventory: Inventory, _ subject: SBOMSubject) {
        supplier = subject.supplier.map(Supplier.init(organization:))
        let firmware = Set(inventory.boot.firmware)
        let packages = inventory.packages.map { package in
            SBOMComponent(package, in: inventory.system, isFirmware: firmware.contains(package.name))
        }
        let files = Self.files(of: inventory, packages: packages, supplier: supplier)
        // A database that lists a package twice has it once.
        let all = [SBOMComponent(inventory.system)] + packages + files
        components = Dictionary(all.map { ($0.id, $0) }) { first, _ in first }.values.sorted { $0.id < $1.id }
    }

    /// The kernels and boot loaders, then what no package owns; what starts the system is no other file as well.
    private static func files(
        of inventory: Inventory, packages: [SBOMComponent], supplier: Supplier?
    ) -> [SBOMComponent] {
        let owners = Dictionary(packages.map { ($0.name, $0) }) { first, _ in first }
        let packageOfPath = Dictionary(
            inventory.files.compactMap { file in file.package.map { (file.path, $0) } }
        ) { first, _ in first }
        let parts: [(SBOMComponent.Role, BootSoftware.Part)] =
            inventory.boot.kernels.map { (.kernel, $0) } + inventory.boot.loaders.map { (.loader, $0) }
        let boot = parts.map { role, part in
            let owner = packageOfPath[part.path].flatMap { owners[$0] }
            return SBOMComponent(
                role, path: part.path, version: part.version, sha256: part.sha256,
                supplier: owner?.supplier ?? supplier, owner: owner?.id)
        }
        let unowned = inventory.files.compactMap { file -> SBOMComponent? in
            guard file.kind == .file, file.package == nil, let sha256 = file.sha256 else { return nil }
            return SBOMComponent(.file, path: file.path, version: nil, sha256: sha256, supplier: supplier, owner: nil)
        }
        return boot + unowned
    }
}
