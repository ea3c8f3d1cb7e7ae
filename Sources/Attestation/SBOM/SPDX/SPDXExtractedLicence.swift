/// A licence outside of the SPDX licence list (SPDX 2.3, clause 10).
struct SPDXExtractedLicence: Sendable, Encodable {
    let licenseId: String
    let name: String
    let extractedText: String

    /// A licence that packages name by `words`.
    init(licenseId: String, words: String) {
        self.licenseId = licenseId
        name = words
        extractedText = "The package states its licence as: \(words)"
    }
}
