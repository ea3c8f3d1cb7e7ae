internal import ArgumentParser
internal import Foundation
internal import HostSystem
internal import InstallMedia
internal import Pipeline
internal import SystemPackage

/// `imagefactory lab-iso`: a small installer ISO with kldload's interface.
struct LabISOCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lab-iso",
        abstract: "Makes a small installer ISO with kldload's interface, for first builds and for tests.",
        discussion: "It installs a real system from the distribution's packages, and needs a package mirror once.")

    @Argument(help: "The distribution: debian13.")
    var distribution: LabISO.Distribution

    @Option(help: "What the root of the installed system lies on: ext4, or zfs with the datasets of kldload's own.")
    var root = LabISO.FileSystem.ext4

    @Flag(help: "Make it anew from today's packages.")
    var refresh = false

    // Without the global options, whose '--root' is a folder: no template is read here.
    @Option(help: "How the result is printed: text or json.")
    var format: OutputFormat = .text

    func run() async throws {
        let state = try StateFolder(environment: ProcessInfo.processInfo.environment, userID: geteuid())
        let cache = state.cache.appending("iso")
        let lab = LabISO(distribution, root: root)
        let path = try await lab.build(in: cache, refresh: refresh, report: { Talk.say($0) })
        guard format == .json else { return Talk.result(path.string) }
        struct Result: Encodable {
            let path: String
            let sha256: String
        }
        try Talk.result(json: Result(path: path.string, sha256: try await Digest.of(file: path).hex))
    }
}

extension LabISO.Distribution: ExpressibleByArgument {}
extension LabISO.FileSystem: ExpressibleByArgument {}
