internal import HostSystem
internal import Pipeline

/// The room that a build takes on disk, at its height.
///
/// Layers and images hold what was written to the disk, and not its size. How much a system writes is not known before; a
/// lab system has 0.4 GiB, a server about 6.
struct SpaceNeed: Sendable, Equatable {
    /// In the state: the layers, and the images before they are published.
    let state: ByteCount
    /// In the output folder: the images.
    let output: ByteCount

    /// Of a file system that both lie on.
    var together: ByteCount { ByteCount(state.bytes + output.bytes) }

    /// What a template's build takes.
    init(of template: Template) {
        var contents = ByteCount.gibibytes(6).bytes
        if case .lab = template.iso.source { contents = ByteCount.mebibytes(400).bytes }
        let images = template.formats.reduce(Int64(0)) { $0 + contents / (Self.isCompressed($1) ? 2 : 1) }
        output = ByteCount(images)
        state = ByteCount(contents + images)
    }

    /// Whether the format's files are about half as large as what is on the disk; fixed and raw ones have holes.
    private static func isCompressed(_ format: Template.Format) -> Bool {
        switch format {
        case .qcow2(.none), .vhd, .raw: false
        case .qcow2, .vmdk, .ova: true
        }
    }
}
