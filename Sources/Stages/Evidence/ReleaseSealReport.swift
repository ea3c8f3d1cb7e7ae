internal import Attestation
internal import Foundation
internal import HostSystem
internal import Pipeline
internal import SystemPackage

/// A release's `seal-report.json`: what the seal did, what clones proved of it, and what an audit of the disk found.
///
/// ```
/// { "operations": […], "proof": {…}, "audit": {…} }      proof and audit only where the pipeline has those stages
/// ```
struct ReleaseSealReport {
    private static let auditStage = "audit-disk"
    private static let auditFileName = "audit.json"

    /// The report's JSON.
    let json: Data

    /// The report of a run; nil if nothing was sealed.
    init?(of work: StageWork) throws {
        guard let seal = Evidence.sealReport.report(in: work) else { return nil }
        guard case .object(var report) = try Self.read(seal) else { throw SealReportError(path: seal) }
        report["proof"] = try Self.read(SealProof.fileName, of: ProveSeal.name, in: work)
        report["audit"] = try Self.read(Self.auditFileName, of: Self.auditStage, in: work)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        json = try encoder.encode(JSONValue.object(report))
    }

    private static func read(_ name: String, of stage: String, in work: StageWork) throws -> JSONValue? {
        guard let file = work.reports[stage]?.appending(name), file.exists else { return nil }
        return try read(file)
    }

    private static func read(_ file: FilePath) throws -> JSONValue {
        try StrictJSON.decode(JSONValue.self, from: try file.readBytes())
    }
}

/// A seal's report that is none.
struct SealReportError: Error, CustomStringConvertible {
    /// Where it is.
    let path: FilePath

    var description: String { "\(path) holds no object, such as the seal writes; build with '--from seal'" }
}
