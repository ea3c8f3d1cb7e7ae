internal import Foundation
internal import HostSystem
package import SystemPackage

/// The disk of a machine that has ended, read offline by libguestfs's `guestfish`.
package struct DeadDisk: Sendable {
    /// libguestfs starts a small machine of its own, which takes 20 to 40 s under emulation.
    private static let deadline: Duration = .seconds(120)

    private let image: FilePath
    private let accelerator: Accelerator

    /// The disk in the qcow2 file `image`.
    package init(_ image: FilePath, accelerator: Accelerator) {
        self.image = image
        self.accelerator = accelerator
    }

    /// Copies files and folders of the disk's system into `folder`, without secrets; what is not there, or cannot be read,
    /// is left out.
    ///
    /// - Parameter scratch: An empty folder, which holds them as they are for a moment.
    package func copy(
        _ paths: [FilePath], to folder: FilePath, through scratch: FilePath, redactor: Redactor
    ) async throws {
        // A leading '-' lets guestfish go on after a command that failed.
        let commands = paths.map { "-copy-out \(Self.quoted($0.string)) \(Self.quoted(scratch.string))\n" }.joined()
        try await Guestfish.run(
            ["--ro", "--format=qcow2", "-a", image.string, "-i"], input: Array(commands.utf8),
            accelerator: accelerator, deadline: Self.deadline)
        try folder.createFolder()
        try await SavedLogs(folder: scratch, redactor: redactor).move(to: folder)
    }

    private static func quoted(_ text: String) -> String {
        "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }
}
