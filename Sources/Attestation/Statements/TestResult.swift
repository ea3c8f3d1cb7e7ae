/// How the checks of an image ended: the in-toto test-result predicate, version 0.1.
package struct TestResult: AttestationPredicate {
    package static let type = "https://in-toto.io/attestation/test-result/v0.1"

    /// The outcome of all checks together.
    package enum Outcome: String, Codable, Sendable {
        case passed = "PASSED"
        case warned = "WARNED"
        case failed = "FAILED"
    }

    /// The outcome.
    package var result: Outcome
    /// What was run, and with which settings.
    package var configuration: [ResourceDescriptor]
    /// Where more can be read.
    package var url: String?
    /// The checks that passed, by name.
    package var passedTests: [String]?
    /// The checks that passed with a warning.
    package var warnedTests: [String]?
    /// The checks that failed.
    package var failedTests: [String]?

    /// A result; its outcome follows from the lists.
    package init(
        configuration: [ResourceDescriptor], passed: [String], warned: [String] = [], failed: [String] = [],
        url: String? = nil
    ) {
        result = !failed.isEmpty ? .failed : warned.isEmpty ? .passed : .warned
        self.configuration = configuration
        self.url = url
        passedTests = passed
        warnedTests = warned
        failedTests = failed
    }
}
