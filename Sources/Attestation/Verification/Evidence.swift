/// A piece of evidence beside the signed checksums, by the word that policies name it with.
package enum Evidence: String, Sendable, Hashable, Codable, CaseIterable {
    /// How the images were made.
    case provenance
    /// What is in them, in both of the usual forms.
    case sbom
    /// What the seal removed, and that nothing is left of it.
    case sealReport = "seal-report"
    /// How the tests in clones went.
    case tests
    /// That each image holds the sealed disk.
    case verifyReport = "verify-report"
    /// That each image boots.
    case bootReport = "boot-report"

    /// What is asserted of a build's images before anybody uses them: all but the booting of each.
    package static let usual: Set<Evidence> = [.provenance, .sbom, .sealReport, .tests, .verifyReport]

    /// The files that hold it, without its envelope.
    package var files: [String] {
        switch self {
        case .provenance: []
        case .sbom: ["sbom.spdx.json", "sbom.cdx.json"]
        case .sealReport: ["seal-report.json"]
        case .tests: ["tests.junit.xml"]
        case .verifyReport: ["verify-report.json"]
        case .bootReport: ["boot-report.json"]
        }
    }

    /// The envelope of its statement; nil where another one's statement is about it.
    package var envelope: String? {
        self == .sbom ? nil : rawValue + ReleaseFileName.envelopeSuffix
    }

    /// The evidence whose statement an envelope of this name holds.
    init?(envelope name: String) {
        guard let evidence = Self.allCases.first(where: { $0.envelope == name }) else { return nil }
        self = evidence
    }

    /// The files that its statement must be about, beside the images.
    ///
    /// The SBOMs are the provenance's: what is in an image is told by who built it.
    var subjects: [String] {
        self == .provenance ? [ReleaseFileName.manifest] + Evidence.sbom.files : files
    }

    /// The type of its statement's predicate.
    var predicateType: String {
        self == .provenance ? Provenance.type : TestResult.type
    }
}
