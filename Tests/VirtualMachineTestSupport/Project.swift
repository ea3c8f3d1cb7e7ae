import Foundation
import HostSystem
package import SystemPackage

/// A folder with templates, a state and an output of its own.
package struct Project: Sendable {
    /// The folder.
    package let root: FilePath
    /// The state folder.
    package var state: FilePath
    /// Variables for the program.
    package var environment: [String: String] = [:]
    /// The account that the program runs as; nil for our own.
    package var user: (id: UInt32, group: UInt32)?

    init(root: FilePath, state: FilePath) {
        self.root = root
        self.state = state
        output = root.appending("output")
    }

    /// Where the releases go.
    package var output: FilePath

    /// The program with these arguments, in this project.
    package func factory(_ arguments: String...) -> FactoryProcess {
        FactoryProcess(
            arguments: arguments,
            environment: environment.merging([
                "IMAGEFACTORY_ROOT": root.string, "IMAGEFACTORY_STATE": state.string,
                "IMAGEFACTORY_OUTPUT": output.string,
            ]) { $1 }, folder: "/", user: user)
    }

    /// The releases of a template.
    package func releases(of template: String) -> [FilePath] {
        output.appending(template).folderEntries.map { output.appending(template).appending($0) }
    }

    /// The runs' folders, oldest first.
    package var runs: [FilePath] { state.appending("runs").folderEntries.map { state.appending("runs").appending($0) } }
}
