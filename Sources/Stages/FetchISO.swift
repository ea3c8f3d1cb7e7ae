internal import Attestation
internal import HostSystem
package import Pipeline

/// Finds, fetches or makes the installer ISO, checks its digest and reads from its own files what it is.
package struct FetchISO: Stage {
    package static let name = "fetch-iso"
    package static let summary = "find, fetch or make the installer ISO, check its digest, read what it is"
    package static let revision = 1
    package static let product = StageProduct.nothing

    let medium: InstallMedium

    /// The medium of a build.
    package init(medium: InstallMedium) {
        self.medium = medium
    }

    /// Nothing is made of the medium here, but a missing one is told before anything starts.
    package func ingredients() async throws -> Ingredients? {
        _ = try await medium.digest()
        return Ingredients()
    }

    package func run(_ work: StageWork) async throws {
        _ = try await medium.fetch(report: work.report)
        let identity = try await medium.identity()
        work.report("\(identity.name), sha256 \(identity.sha256.short)")
    }
}
