internal import HostSystem

/// A licence that SPDX has no name for: `LicenseRef-` and the package's own words.
struct LicenceReference: Sendable, Hashable {
    /// `LicenseRef-public-domain`. What an identifier cannot hold is a hyphen, and a digest then keeps two apart.
    let id: String

    /// The reference for a package's words, whatever their case.
    init(_ words: String) {
        let lower = words.lowercased()
        let short = lower.spdxWord.prefix(64)
        id = "LicenseRef-\(short)" + (short == lower && !lower.isEmpty ? "" : "-\(Digest.of(lower).hex.prefix(8))")
    }
}
