import Attestation
import AttestationTestSupport
import HostSystem
import SystemPackage

extension Tampering {
    private static let file = "provenance.dsse.json"

    /// Provenances, under good signatures, of builds that are not known or that the policy does not want.
    static let provenances: [Tampering] = [
        provenance("a provenance of a parameter that nobody knows", .unknownBuild) {
            $0.buildDefinition.externalParameters["kernel"] = "mine"
        },
        provenance("a provenance of another type of build", .unknownBuild) {
            $0.buildDefinition.buildType = "urn:imagefactory:build:v2"
        },
        provenance("a provenance of another version", .unknownBuild) {
            $0.buildDefinition.externalParameters["version"] = "v1.1.0"
        },
        provenance("a provenance by another builder", .otherBuilder) {
            $0.runDetails.builder.id = "urn:somebody:else"
        },
        provenance("a provenance of another recipe", .otherSource) {
            $0.buildDefinition.resolvedDependencies = [recipe("git+https://example.org/images.git.evil")]
        },
        provenance("a provenance of two recipes", .otherSource) {
            $0.buildDefinition.resolvedDependencies?.append(recipe("git+https://example.org/other.git"))
        },
        provenance("a provenance that tells no recipe", .otherSource) {
            $0.buildDefinition.resolvedDependencies = nil
        },
        provenance("a provenance of a recipe with changes", .dirtySource) {
            $0.buildDefinition.internalParameters = ["recipeIsDirty": true]
        },
        provenance("a provenance that does not tell of changes", .dirtySource) {
            $0.buildDefinition.internalParameters = nil
        },
        Tampering("no provenance where it must say something", .evidenceMissing, file) {
            $0.policy = VerificationPolicy(required: [], provenance: demands)
            try $0.folder.appending(file).remove()
            try $0.seal()
        },
    ]

    /// What the policy asks for.
    static let demands = ProvenanceDemands(
        builder: Provenance.builderID, source: "https://example.org/images.git", isClean: true)

    /// Signs a provenance that the policy wants, after `change`.
    static func state(
        _ release: inout ReleaseFixture, _ change: @Sendable (inout Provenance) -> Void = { _ in }
    ) throws {
        release.policy.provenance = demands
        var statement = try Statement<Provenance>(json: Envelope(json: release.bytes(file)).payload)
        statement.predicate.buildDefinition.internalParameters = ["recipeIsDirty": false]
        statement.predicate.buildDefinition.resolvedDependencies = [recipe("git+https://example.org/images.git")]
        change(&statement.predicate)
        try release.sign(file, try statement.json())
        try release.seal()
    }

    private static func provenance(
        _ name: String, _ kind: Finding.Kind, _ change: @escaping @Sendable (inout Provenance) -> Void
    ) -> Tampering {
        Tampering(name, kind, file) { try state(&$0, change) }
    }

    private static func recipe(_ uri: String) -> ResourceDescriptor {
        ResourceDescriptor(name: "recipe", uri: uri, digest: ["gitCommit": String(repeating: "a", count: 40)])
    }
}
