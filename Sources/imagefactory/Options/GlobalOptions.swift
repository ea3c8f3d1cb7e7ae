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
        if let namedRoot { return try TemplateFolder.open(FilePath(namedRoot)) }
        return try TemplateFolder.locate(from: FilePath(FileManager.default.currentDirectoryPath))
    }

    /// The folder that `--root` or `IMAGEFACTORY_ROOT` names; nil where neither does.
    var namedRoot: String? {
        let named = root ?? ProcessInfo.processInfo.environment["IMAGEFACTORY_ROOT"]
        return named?.isEmpty == false ? named : nil
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
    ) -> HypervisorSettings {
        HypervisorSettings(
            uri: connect ?? configuration.connect, accelerator: accelerator ?? configuration.accelerator,
            keepsFailedMachines: keepsFailed, state: state.root, cache: state.cache,
            environment: ProcessInfo.processInfo.environment)
    }
}

extension AcceleratorRequest: ExpressibleByArgument {}
