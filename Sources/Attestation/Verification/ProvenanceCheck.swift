/// Holds what a provenance says against what is known of its release, and what a policy asks for.
struct ProvenanceCheck {
    let provenance: Provenance
    let manifest: ReleaseManifest
    let demands: ProvenanceDemands?
    /// The envelope's name.
    let file: String

    /// What is wrong.
    func findings() -> [Finding] {
        parameters() + (demands.map(findings) ?? [])
    }

    /// All that the caller of a build chose must be understood: a parameter that is not known may have made another image.
    private func parameters() -> [Finding] {
        let build = provenance.buildDefinition
        guard build.buildType == Provenance.buildType else {
            return [finding(.unknownBuild, "is about a build of type \(StrictJSON.quoted(build.buildType))")]
        }
        let known = Provenance.externalParameters
        var findings = build.externalParameters.keys.filter { !known.contains($0) }.sorted().map {
            finding(.unknownBuild, "tells of a parameter \(StrictJSON.quoted($0)), which is not known")
        }
        if let version = build.externalParameters["version"], version != .string(manifest.version) {
            findings.append(finding(.unknownBuild, "is about another version than \(manifest.version)"))
        }
        return findings
    }

    private func findings(_ demands: ProvenanceDemands) -> [Finding] {
        var findings: [Finding] = []
        let builder = provenance.runDetails.builder.id
        if let wanted = demands.builder, builder != wanted {
            findings.append(finding(.otherBuilder, "was built by \(StrictJSON.quoted(builder)), not by '\(wanted)'"))
        }
        if let wanted = demands.source {
            let commits =
                provenance.buildDefinition.resolvedDependencies?.filter { $0.digest["gitCommit"] != nil } ?? []
            if commits.isEmpty || !commits.allSatisfy({ $0.uri == "git+" + wanted }) {
                let found = commits.first?.uri.map { StrictJSON.quoted($0) } ?? "nowhere that it tells"
                findings.append(finding(.otherSource, "is of a recipe from \(found), not from '\(wanted)'"))
            }
        }
        if demands.isClean, provenance.buildDefinition.internalParameters?["recipeIsDirty"] != .bool(false) {
            findings.append(finding(.dirtySource, "does not say that the recipe was a commit's, without a change"))
        }
        return findings
    }

    private func finding(_ kind: Finding.Kind, _ detail: String) -> Finding {
        Finding(kind, file, detail)
    }
}
