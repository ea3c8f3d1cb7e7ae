internal import Foundation
internal import GuestAgent
internal import HostSystem
internal import Machines
internal import SystemPackage

/// What the installed system says of itself at its first boot; kept beside the layer for the stages after it.
package struct InstalledSystem: Sendable, Codable, Equatable {
    /// `/etc/os-release`'s PRETTY_NAME.
    package let name: String
    /// The distribution's id: `debian`.
    package let distribution: String
    /// Whether its agent runs programs only since the factory enabled that.
    package let agentWasBlocked: Bool

    /// Reads it in a booted guest, and makes sure that it is an installed system and not something else that booted.
    ///
    /// - Throws: ``MachineFailure`` `notInstalled`.
    static func read(in guest: Guest, wasBlocked: Bool) async throws -> InstalledSystem {
        let text = try await guest.agent.shell(
            ". /etc/os-release; echo \"$PRETTY_NAME\"; echo \"$ID\"; ls /etc/kldload-release", deadline: .seconds(20)
        ).text
        let lines = text.split(separator: "\n").map(String.init)
        guard lines.count == 3 else {
            throw MachineFailure(
                .notInstalled, evidence: ["the booted system has no /etc/kldload-release"] + lines.prefix(2))
        }
        return InstalledSystem(name: lines[0], distribution: lines[1], agentWasBlocked: wasBlocked)
    }

    /// Writes it into the layer's folder.
    static func save(_ system: InstalledSystem, beside disk: FilePath) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        try file(beside: disk).write(try encoder.encode(system))
    }

    /// Reads what was saved beside a layer.
    static func load(beside disk: FilePath) throws -> InstalledSystem {
        try JSONDecoder().decode(
            InstalledSystem.self, from: Data(try file(beside: disk).readBytes(limit: .mebibytes(1))))
    }

    private static func file(beside disk: FilePath) -> FilePath {
        disk.removingLastComponent().appending("system.json")
    }
}
