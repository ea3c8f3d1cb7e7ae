internal import Foundation
internal import HostSystem
package import SystemPackage

/// The disk of a machine that has ended, read offline by libguestfs's `guestfish`.
package struct DeadDisk: Sendable {

    /// How often it is looked at how much was copied.
    private static let pause: Duration = .milliseconds(200)

    private let image: FilePath
    private let accelerator: Accelerator
    /// About how much may be copied: the guest may have filled its logs, and what is a hole on its disk is zeros here.
    var room = ByteCount.gibibytes(1)
    /// libguestfs starts a small machine of its own, which takes 20 to 40 s under emulation.
    var deadline: Duration = .seconds(120)

    /// The disk in the qcow2 file `image`.
    package init(_ image: FilePath, accelerator: Accelerator) {
        self.image = image
        self.accelerator = accelerator
    }

    /// Copies files and folders of the disk's system into `folder`, without secrets; what is not there, or cannot be read,
    /// is left out, and so is what would come after a GiB.
    ///
    /// - Parameter scratch: An empty folder, which holds them as they are for a moment.
    package func copy(
        _ paths: [FilePath], to folder: FilePath, through scratch: FilePath, redactor: Redactor
    ) async throws {
        // A leading '-' lets guestfish go on after a command that failed.
        let commands = paths.map { "-copy-out \(Self.quoted($0.string)) \(Self.quoted(scratch.string))\n" }.joined()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await Guestfish.run(
                    ["--ro", "--format=qcow2", "-a", image.string, "-i"], input: Array(commands.utf8),
                    accelerator: accelerator, deadline: deadline)
            }
            group.addTask { try await fill(scratch) }
            defer { group.cancelAll() }
            try await group.next()
        }
        try folder.createFolder()
        try await SavedLogs(folder: scratch, redactor: redactor).move(to: folder)
    }

    /// Returns when a folder holds all that may be copied into it. No event tells of that, and whoever copies has a deadline.
    private func fill(_ folder: FilePath) async throws {
        while folder.allocatedSize < room.bytes { try await ContinuousClock().sleep(for: Self.pause) }
    }

    private static func quoted(_ text: String) -> String {
        "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }
}
