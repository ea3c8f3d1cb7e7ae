/// How much of a release is wanted.
package enum ReleaseScope: Sendable, Equatable {
    /// What is said of the images, without any of them.
    case evidence
    /// That, and the image of this name.
    case image(String)
    /// All of it.
    case everything

    /// Whether the bytes of a file count: of an image that nobody asked for, they do not.
    func includes(_ name: String) -> Bool {
        switch self {
        case .everything: true
        case .image(name): true
        case .image, .evidence: !ReleaseFileName.isImage(name)
        }
    }
}
