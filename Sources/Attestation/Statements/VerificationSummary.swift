/// What somebody found who held the subjects against a policy: SLSA's verification summary (VSA), version 1.
package struct VerificationSummary: AttestationPredicate {
    package static let type = "https://slsa.dev/verification_summary/v1"
    /// Whoever judges promotions by a policy, with this factory.
    package static let verifierID = "urn:imagefactory:promotion:v1"

    /// The verdict.
    package enum Verdict: String, Codable, Sendable {
        case passed = "PASSED"
        case failed = "FAILED"
    }

    /// Who verified.
    package struct Verifier: Codable, Sendable, Equatable {
        /// The URI of the trusted party.
        package var id: String
    }

    /// One of the checks that made the verdict; an extension, which SLSA lets producers add under their own name.
    package struct Check: Codable, Sendable, Equatable {
        /// The check's name.
        package var name: String
        /// Its verdict.
        package var result: Verdict
        /// How long it took, in seconds.
        package var seconds: Int64

        /// A check.
        package init(name: String, result: Verdict, seconds: Int64) {
            self.name = name
            self.result = result
            self.seconds = seconds
        }
    }

    /// Who verified.
    package var verifier: Verifier
    /// When, RFC 3339 in UTC.
    package var timeVerified: String
    /// What was asked for: the place that the subjects were to enter.
    package var resourceUri: String
    /// The policy.
    package var policy: ResourceDescriptor
    /// The evidence that the verdict leans on.
    package var inputAttestations: [ResourceDescriptor]
    /// The verdict.
    package var verificationResult: Verdict
    /// The levels that hold; none of SLSA's own is judged here.
    package var verifiedLevels: [String]
    /// The version of the specification.
    package var slsaVersion: String
    /// The checks.
    package var checks: [Check]

    /// A summary of checks, which passes if all of them do.
    package init(
        time: String, resource: String, policy: ResourceDescriptor, evidence: [ResourceDescriptor], checks: [Check]
    ) {
        verifier = Verifier(id: Self.verifierID)
        timeVerified = time
        resourceUri = resource
        self.policy = policy
        inputAttestations = evidence
        verificationResult = checks.allSatisfy { $0.result == .passed } ? .passed : .failed
        verifiedLevels = ["SLSA_BUILD_LEVEL_UNEVALUATED"]
        slsaVersion = "1.0"
        self.checks = checks
    }

    private enum CodingKeys: String, CodingKey {
        case verifier, timeVerified, resourceUri, policy, inputAttestations, verificationResult, verifiedLevels
        case slsaVersion
        case checks = "imagefactory_checks"
    }
}
