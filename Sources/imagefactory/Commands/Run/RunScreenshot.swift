internal import ArgumentParser
internal import Pipeline
internal import SystemPackage

/// `imagefactory run screenshot`
struct RunScreenshot: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "screenshot", abstract: "Writes a picture of the screen of a run's machine, while it runs.",
        discussion: "The picture is a PNG file, or a PPM file with a QEMU before 7.1.")

    @OptionGroup var argument: RunArgument

    @Option(help: "The file to write.")
    var output: String

    @Option(help: "The machine, if the run has several: install, build, clone.")
    var machine: String?

    func run() async throws {
        let picture = try await Screenshot.take(of: argument.load(), machine: machine, to: FilePath(output))
        guard argument.global.format == .text else { return try Talk.result(json: picture) }
        Talk.result(picture.path)
    }
}
