internal import Attestation
internal import HostSystem
internal import Pipeline
internal import SystemPackage

extension Evidence {
    /// The reports that a pipeline's stages leave.
    static let reports: [Evidence] = [.sealReport, .tests, .verifyReport, .bootReport]

    /// Where a run has a report; nil if its pipeline does not make it. A stage that fails leaves none.
    func report(in work: StageWork) -> FilePath? {
        guard let fileName = files.first else { return nil }
        let folder: FilePath? =
            switch self {
            // The seal's report lies beside the disk that it is about.
            case .sealReport: work.disk?.removingLastComponent()
            case .tests: work.reports[ProveSeal.name]
            case .verifyReport: work.reports[VerifyImages.name]
            case .bootReport: work.reports[BootImages.name]
            case .provenance, .sbom: nil
            }
        return folder.map { $0.appending(fileName) }.flatMap { $0.exists ? $0 : nil }
    }
}
