internal import HostSystem

/// Secrets that are none, because everybody has them: keys of self-tests and examples of standards, which packages of the
/// distributions carry. They are known by their digests, whatever file they are in.
enum PublishedSecrets {
    /// The first digits of the digests.
    private static let digests = Set(
        String(decoding: PackageResources.published_secrets_txt, as: UTF8.self).split(separator: "\n")
            .filter { !$0.hasPrefix("#") }.compactMap { $0.split(separator: " ").first.map(String.init) })

    /// Whether everybody has this one.
    static func contains(_ secret: String) -> Bool {
        digests.contains(Digest.of(secret).short)
    }
}
