internal import HostSystem

/// Images in ZFS, and the disks of machines that stand on them.
///
/// ```
/// rpool/images/web-image              a volume for each template
/// rpool/images/web-image@v1.2.0       a snapshot for each version
/// rpool/images/web-1-3fa9c2d1         a clone for each machine
/// ```
/// Whatever is known of them is in their own properties. A snapshot of ours is there only once its bytes were read back and
/// have the right digest; a dataset without our properties is never changed.
package struct ZFSStore: Sendable {
    /// Where it is.
    package let place: ZFSPlace
    /// Takes lines for people.
    package var report: @Sendable (String) -> Void
    let shell: HostShell

    /// The store at a place.
    package init(_ place: ZFSPlace, report: @escaping @Sendable (String) -> Void = { _ in }) {
        self.place = place
        self.report = report
        shell = HostShell(place.host)
    }

    /// The name of a template's volume in a store. No machine's has it: those end in hexadecimal digits.
    static func volumeName(of template: String) -> String { "\(template)-image" }

    /// What is in the store.
    ///
    /// - Throws: ``ZFSError`` `missing` where the store's dataset is not there.
    func listing() async throws -> ZFSListing {
        let listing = ZFSListing(try await shell.run(ZFSListing.command(place.dataset)).text)
        guard listing[place.dataset.description] != nil else {
            throw ZFSError.unreadable(what: "\(place.dataset)", host: shell.name)
        }
        return listing
    }

    /// The images, by template, the oldest first.
    package func images() async throws -> [StoredImage] {
        images(in: try await listing())
    }

    func images(in listing: ZFSListing) -> [StoredImage] {
        listing.entries.filter { $0.name.hasPrefix("\(place.dataset)/") }.compactMap(StoredImage.init)
            .sorted { ($0.template, $0.age) < ($1.template, $1.age) }
    }

    /// The volume of a template.
    func volume(of template: String) throws -> DatasetName {
        guard let name = place.dataset.child(Self.volumeName(of: template)) else { throw ZFSError.badName(template) }
        return name
    }

    /// The snapshot of an image; nil where the store does not have it.
    ///
    /// - Throws: ``ZFSError`` `otherImage` where another image has its version.
    func existing(_ image: DeployedImage, in listing: ZFSListing) throws -> StoredImage? {
        let volume = try volume(of: image.template)
        guard let snapshot = volume.snapshot(image.version) else { throw ZFSError.badName(image.version) }
        guard let entry = listing[snapshot] else { return nil }
        guard let stored = StoredImage(entry), stored.digest == image.sha256 else {
            throw ZFSError.otherImage(snapshot: snapshot, host: shell.name)
        }
        return stored
    }
}
