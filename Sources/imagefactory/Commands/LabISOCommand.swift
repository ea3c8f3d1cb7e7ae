internal import ArgumentParser
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

    @Flag(help: "Make it anew from today's packages.")
    var refresh = false

    @OptionGroup var global: GlobalOptions

    func run() async throws {
        let cache = try global.state().cache.appending("iso")
        let path = try await LabISO(distribution).build(in: cache, refresh: refresh, report: { Talk.say($0) })
        guard global.format == .json else { return Talk.result(path.string) }
        struct Result: Encodable {
            let path: String
            let sha256: String
        }
        try Talk.result(json: Result(path: path.string, sha256: try await Digest.of(file: path).hex))
    }
}

extension LabISO.Distribution: ExpressibleByArgument {}
