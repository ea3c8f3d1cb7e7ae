internal import ArgumentParser
internal import Attestation
internal import Foundation

/// `imagefactory sbom`: the SBOM of an image, made from its inventory.
struct SBOM: AsyncParsableCommand {
    /// The kinds of document.
    enum Kind: String, ExpressibleByArgument, CaseIterable {
        /// SPDX 2.3, as JSON.
        case spdx
        /// CycloneDX 1.6, as JSON.
        case cyclonedx
    }

    static let configuration = CommandConfiguration(
        abstract: "Prints the SBOM of a release or of an inventory, as SPDX 2.3 or CycloneDX 1.6.",
        discussion: """
            A release has both documents already; this makes them anew, for another supplier or by a newer factory. No \
            clock is read: the same input gives the same bytes.
            """)

    @Argument(help: ReleaseReference.help(besides: "or an inventory.json"))
    var image: String

    @Option(help: "The kind of document: spdx or cyclonedx.")
    var to: Kind

    @Option(help: "The image's name, where it is no release.")
    var name: String?

    @Option(help: "The image's version, where it is no release.")
    var version: String?

    @Option(help: "Who supplies the image: a name.")
    var supplier: String?

    @Option(
        help: "The time that the document bears, such as 2026-01-02T03:04:05Z; if not given, that of the newest file.")
    var created: String?

    @OptionGroup var global: GlobalOptions

    func validate() throws {
        _ = try seconds()
    }

    func run() async throws {
        let recorded = try await RecordedImage(image, global)
        let manifest = recorded.manifest
        let subject = SBOMSubject(
            template: name ?? manifest?.template ?? recorded.inventory.system.id,
            version: version ?? manifest?.version ?? recorded.inventory.system.versionID ?? "0",
            supplier: supplier, images: manifest?.images ?? [], medium: manifest?.medium, factory: Version.current,
            created: try seconds() ?? recorded.inventory.modified)
        let bytes =
            switch to {
            case .spdx: try SPDXDocument(recorded.inventory, subject).json()
            case .cyclonedx: try CycloneDXDocument(recorded.inventory, subject).json()
            }
        Talk.result(String(decoding: bytes.dropLast(), as: UTF8.self))
    }

    private func seconds() throws -> Int64? {
        guard let created else { return nil }
        guard let date = try? Date(created, strategy: .iso8601) else {
            throw ValidationError("--created '\(created)' is no time; write one such as 2026-01-02T03:04:05Z.")
        }
        return Int64(date.timeIntervalSince1970)
    }
}
