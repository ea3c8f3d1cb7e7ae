internal import ArgumentParser
internal import Attestation
internal import DiskAudit
internal import DiskImages
internal import Foundation
internal import HostSystem
internal import Logging
internal import Machines
internal import Pipeline
internal import Stages
internal import SystemPackage

/// `imagefactory audit`: whether an image carries what no image should.
struct Audit: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract:
            "Looks for identities, secrets and a build's traces in an image, and whether it boots on any machine.",
        discussion: """
            The image is only read, and may come from anywhere. Its files are looked at in libguestfs's small machine, and \
            all of its bytes on this host, among them free space, swap and compressed files. The exit code is 0 if nothing \
            is found, and 1 if something is, or if no system is seen: each with what it is, where, and what to do, and never the secret itself.

            What a template declares, such as root's password, and what it allows under 'audit:', is no finding if \
            --template names it.
            """)

    @Argument(help: "A qcow2, vmdk, vhd, ova or raw image, or a release: a folder, NAME/VERSION, or an address.")
    var image: String

    @Option(help: "The image's format; recognised from its content if it is not given.")
    var from: ImageFormat?

    @Option(help: "The template that the image was built from.")
    var template: String?

    @Option(help: "What executes libguestfs's small machine: auto (measured), kvm or tcg (emulation).")
    var accelerator: AcceleratorRequest = .auto

    @OptionGroup var global: GlobalOptions

    func run() async throws {
        let declarations = try template.map { try AuditDeclarations(try global.templates().load($0)) }
        let report = try await withImage { path, format in
            try await audit(try DiskImage.open(path, as: format, backing: .none), declarations ?? AuditDeclarations())
        }
        if global.format == .json {
            Talk.result(String(decoding: try report.json(), as: UTF8.self))
        } else {
            Self.lines(of: report).forEach(Talk.result)
        }
        guard report.isGood, report.sawSystem else { throw ExitCode(ExitStatus.failed.rawValue) }
    }

    private func audit(_ disk: any DiskReader, _ declarations: AuditDeclarations) async throws -> AuditReport {
        let state = try global.state()
        let settings = HypervisorSettings(
            accelerator: accelerator, state: state.root, cache: state.cache,
            environment: ProcessInfo.processInfo.environment)
        let logger = Logger(label: "imagefactory") { _ in SwiftLogNoOpLogHandler() }
        return try await MachineRoom.with(settings, logger: logger, note: { _ in }) { room in
            Talk.say("\(image): reading the disk, which takes a while")
            return try await ImageAudit(
                accelerator: try await room.hypervisor().accelerator.accelerator, scratch: state.fetchedReleases
            ).report(on: disk, declarations)
        }
    }

    /// Lends the image file that is named; of a release, the one that is read fastest.
    private func withImage<Result>(_ body: (FilePath, ImageFormat?) async throws -> Result) async throws -> Result {
        let path = FilePath(image)
        if path.exists, !path.isFolder { return try await body(path, from) }
        let (release, scope) = try await ReleaseReference(image).resolve(global)
        return try await release.withFolder(scope ?? .everything, scratch: try global.state().fetchedReleases) {
            folder in
            let file = folder.appending(ReleaseManifest.fileName)
            guard file.exists else { throw RecordedImageError(path: file, kind: .missing) }
            let images = try ReleaseManifest(reading: file).images
            let order: [ImageFormat] = [.raw, .qcow2, .vhd, .vmdk, .ova]
            let format = order.first { format in images.contains { $0.format == format } }
            guard let chosen = images.first(where: { $0.format == format }),
                let name = FilePath.Component(chosen.file)
            else { throw UsageError(description: "the release '\(image)' has no image") }
            return try await body(folder.appending(name), chosen.format)
        }
    }

    private static func lines(of report: AuditReport) -> [String] {
        let table = TextTable.lines(
            report.checks.map { check in
                [check.outcome.rawValue, check.name, check.summary + (check.detail.map { " (\($0))" } ?? "")]
            })
        let findings = report.findings.flatMap { AuditReport.lines(of: $0) }
        let allowed = report.allowed.map { "allowed: \($0.finding.kind) in \($0.finding.location): \($0.reason)" }
        let found = report.isGood ? "nothing found that must not be there" : "\(report.findings.count) findings"
        let verdict = found + (report.sawSystem ? "" : "; no system was seen, so that most checks were not made")
        return (table + findings + allowed + [verdict]).map { TerminalText.plain($0) }
    }
}
