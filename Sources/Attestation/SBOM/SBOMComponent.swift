internal import HostSystem

/// A thing that an SBOM lists, before it is written in the words of one format.
struct SBOMComponent: Sendable, Equatable {
    /// What it is to the image.
    enum Role: String, Sendable {
        /// The operating system's distribution.
        case distribution
        /// An installed package.
        case package
        /// An installed package with firmware or microcode.
        case firmware
        /// A kernel.
        case kernel
        /// A boot loader.
        case loader = "boot-loader"
        /// A file that no package owns.
        case file
    }

    /// What it is to the image.
    let role: Role
    /// What it is called by in a document: a package URL, or `file:` and a path.
    let id: String
    /// Its name.
    let name: String
    /// Its version. A file that has none goes by its content.
    let version: String
    /// The digest of its content; packages have none, for what is installed is no archive any more.
    var sha256: Digest?
    /// Its package URL.
    var purl: PackageURL?
    /// Who supplies it.
    var supplier: Supplier?
    /// What it says of its licences.
    var licences: [LicenceExpression] = []
    /// Its home page.
    var homepage: WebAddress?
    /// Its summary.
    var summary: String?
    /// The id of the package that it belongs to.
    var owner: String?
}

extension SBOMComponent {
    /// The distribution.
    init(_ system: OperatingSystem) {
        role = .distribution
        id = "distribution:\(system.id)"
        name = system.id
        version = system.versionID ?? system.codename ?? "rolling"
        supplier = Supplier(organization: system.id)
        summary = system.prettyName
    }

    /// A package of a system.
    init(_ package: InstalledPackage, in system: OperatingSystem, isFirmware: Bool) {
        let purl = PackageURL(package, in: system)
        role = isFirmware ? .firmware : .package
        id = purl.text
        name = package.name
        version = package.version
        self.purl = purl
        supplier = package.maintainer.flatMap { Supplier(maintainer: $0, of: package.kind) }
        licences = package.licences.filter { !$0.allSatisfy(\.isWhitespace) }.map { LicenceExpression(parsing: $0) }
        homepage = package.homepage.flatMap(WebAddress.init)
        summary = package.summary
    }

    /// A file that is listed for itself.
    init(_ role: Role, path: String, version: String?, sha256: Digest, supplier: Supplier?, owner: String?) {
        self.role = role
        id = "file:\(path)"
        name = path
        self.version = version ?? "\(sha256)"
        self.sha256 = sha256
        self.supplier = supplier
        self.owner = owner
    }
}
