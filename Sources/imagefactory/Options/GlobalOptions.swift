internal import ArgumentParser
internal import Foundation
internal import HostSystem
internal import Logging
internal import Machines
internal import Pipeline
internal import SystemPackage

/// How a result or the progress is printed.
enum OutputFormat: String, ExpressibleByArgument, CaseIterable {
    /// For people.
    case text
    /// For programs.
    case json
}

/// Options of every command.
struct GlobalOptions: ParsableArguments {
    @Option(name: [.customShort("C"), .customLong("root")], help: "The folder that holds templates/ and pipelines/.")
    var root: String?

    @Option(help: "How results and progress are printed: text or json.")
    var format: OutputFormat = .text

    /// The templates, found from the working folder upwards unless `--root` or `IMAGEFACTORY_ROOT` names their place.
    func templates() throws -> TemplateFolder {
        let environment = ProcessInfo.processInfo.environment
        if let root = root ?? environment["IMAGEFACTORY_ROOT"] { return TemplateFolder(root: FilePath(root)) }
        return try TemplateFolder.locate(from: FilePath(FileManager.default.currentDirectoryPath))
    }

    /// Where the factory keeps its state.
    func state() throws -> StateFolder {
        try StateFolder(environment: ProcessInfo.processInfo.environment, userID: geteuid())
    }
}

/// Options of commands that run machines.
struct MachineOptions: ParsableArguments {
    @Option(help: "What executes the guests: auto (measured), kvm or tcg (emulation).")
    var accelerator: AcceleratorRequest?

    @Option(help: "libvirt's URI; without it, libvirt runs inside this process and needs no daemon.")
    var connect: String?

    /// Settings for the machines.
    func settings(
        _ configuration: Configuration, state: StateFolder, keepsFailed: Bool
    ) throws -> HypervisorSettings {
        let environment = ProcessInfo.processInfo.environment
        let named = try accelerator ?? Self.request(environment["IMAGEFACTORY_ACCELERATOR"])
        return HypervisorSettings(
            uri: connect ?? environment["IMAGEFACTORY_CONNECT"] ?? configuration.connect,
            accelerator: named ?? configuration.accelerator ?? .auto, keepsFailedMachines: keepsFailed,
            state: state.root, environment: environment)
    }

    private static func request(_ text: String?) throws -> AcceleratorRequest? {
        guard let text, !text.isEmpty else { return nil }
        guard let request = AcceleratorRequest(rawValue: text) else {
            throw UsageError(description: "IMAGEFACTORY_ACCELERATOR is '\(text)'; it can be auto, kvm or tcg")
        }
        return request
    }
}

extension AcceleratorRequest: ExpressibleByArgument {}
