/// What a provenance must say for somebody to use the release.
package struct ProvenanceDemands: Sendable, Equatable {
    /// The URI of who built; nil for anybody.
    package var builder: String?
    /// Where the recipe's repository must be, as the provenance tells it: `https://example.org/images.git`; nil for anywhere.
    package var source: String?
    /// Whether the recipe must be a commit's, without a change.
    package var isClean: Bool

    /// Demands.
    package init(builder: String? = nil, source: String? = nil, isClean: Bool = false) {
        self.builder = builder
        self.source = source
        self.isClean = isClean
    }
}
