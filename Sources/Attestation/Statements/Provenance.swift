/// How the subjects of a statement were made: SLSA's provenance predicate, version 1.
package struct Provenance: AttestationPredicate {
    package static let type = "https://slsa.dev/provenance/v1"
    /// The meaning of the parameters that our builds give.
    package static let buildType = "urn:imagefactory:build:v1"
    /// The parameters that one who asks for a build can choose; what is verified knows no others.
    package static let externalParameters: Set<String> = ["template", "version", "formats"]
    /// Who vouches for what a build says of itself.
    package static let builderID = "urn:imagefactory:builder:v1"

    /// What went in.
    package var buildDefinition: BuildDefinition
    /// What happened.
    package var runDetails: RunDetails

    /// A provenance.
    package init(buildDefinition: BuildDefinition, runDetails: RunDetails) {
        self.buildDefinition = buildDefinition
        self.runDetails = runDetails
    }
}

extension Provenance {
    /// What went into a build.
    package struct BuildDefinition: Codable, Sendable, Equatable {
        /// The URI that names the meaning of the parameters.
        package var buildType: String
        /// What the one who asked for the build chose; all of it must be checked by who verifies.
        package var externalParameters: [String: JSONValue]
        /// What the builder chose.
        package var internalParameters: [String: JSONValue]?
        /// What was fetched or read: the ISO, the recipe, repositories.
        package var resolvedDependencies: [ResourceDescriptor]?

        /// What went into a build.
        package init(
            buildType: String = Provenance.buildType, externalParameters: [String: JSONValue],
            internalParameters: [String: JSONValue]? = nil, resolvedDependencies: [ResourceDescriptor]? = nil
        ) {
            self.buildType = buildType
            self.externalParameters = externalParameters
            self.internalParameters = internalParameters
            self.resolvedDependencies = resolvedDependencies
        }
    }

    /// What happened in a build.
    package struct RunDetails: Codable, Sendable, Equatable {
        /// Who built.
        package var builder: Builder
        /// Which build it was.
        package var metadata: Metadata?
        /// What else came out: logs, reports.
        package var byproducts: [ResourceDescriptor]?

        /// What happened.
        package init(builder: Builder, metadata: Metadata? = nil, byproducts: [ResourceDescriptor]? = nil) {
            self.builder = builder
            self.metadata = metadata
            self.byproducts = byproducts
        }
    }

    /// Who built.
    package struct Builder: Codable, Sendable, Equatable {
        /// The URI of the trusted party.
        package var id: String
        /// What it relies on.
        package var builderDependencies: [ResourceDescriptor]?
        /// The versions of its parts, by name.
        package var version: [String: String]?

        /// A builder.
        package init(
            id: String = Provenance.builderID, builderDependencies: [ResourceDescriptor]? = nil,
            version: [String: String]? = nil
        ) {
            self.id = id
            self.builderDependencies = builderDependencies
            self.version = version
        }
    }

    /// Which build it was, and when; times are RFC 3339 in UTC.
    package struct Metadata: Codable, Sendable, Equatable {
        /// The run's id.
        package var invocationId: String?
        /// When it began.
        package var startedOn: String?
        /// When it ended.
        package var finishedOn: String?

        /// Which build it was.
        package init(invocationId: String? = nil, startedOn: String? = nil, finishedOn: String? = nil) {
            self.invocationId = invocationId
            self.startedOn = startedOn
            self.finishedOn = finishedOn
        }
    }
}
