import HostSystem
import SystemPackage

/// The seed disk of a machine that is about to read it, changed from outside.
struct SeedImage: Sendable {
    private static let environment = ["MTOOLSRC": "/dev/null", "MTOOLS_SKIP_CHECK": "1"]
    private static let file = "::answers.env"

    /// Where it is.
    let path: FilePath

    /// Takes the answers away.
    func removeAnswers() async throws {
        try await tool("mdel", ["-i", path.string, Self.file])
    }

    /// Gives it another label.
    func label(_ name: String) async throws {
        try await tool("mlabel", ["-i", path.string, "::\(name)"])
    }

    /// Overwrites it with zeros.
    func wipe() throws {
        let file = try FileDescriptor.open(path, .writeOnly)
        try file.closeAfter {
            let size = try file.seek(offset: 0, from: .end)
            let block = [UInt8](repeating: 0, count: 1 << 20)
            for offset in stride(from: 0, to: size, by: block.count) {
                try file.writeAll(toAbsoluteOffset: offset, block.prefix(Int(size - offset)))
            }
        }
    }

    /// Changes the answers.
    func edit(_ change: (String) -> String) async throws {
        let text = try await tool("mcopy", ["-i", path.string, Self.file, "-"]).standardOutput
        let answers = change(String(decoding: text, as: UTF8.self))
        try await tool("mcopy", ["-o", "-i", path.string, "-", Self.file], input: Array(answers.utf8))
    }

    @discardableResult
    private func tool(_ name: String, _ arguments: [String], input: [UInt8] = []) async throws -> ProgramOutput {
        try await Program.run(
            name, arguments, input: input, environment: Self.environment, deadline: .seconds(20))
    }
}
