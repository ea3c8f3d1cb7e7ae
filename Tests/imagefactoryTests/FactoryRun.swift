import Foundation
import HostSystem
import SystemPackage
import Testing

/// The program as its users run it, in a process of its own.
struct FactoryRun {
    /// How it ended.
    let status: Int
    /// What it printed as its result.
    let output: String
    /// What it said to people.
    let talk: String
    /// How long it took.
    let duration: Duration

    /// This repository.
    static let repository = FilePath(#filePath).removingLastComponent().removingLastComponent().removingLastComponent()

    /// The program, beside the test bundle.
    static let program = FilePath(CommandLine.arguments[0]).absolute.removingLastComponent()
        .appending("imagefactory")

    /// Runs it with `arguments` in `folder`, keeping its state in `state`.
    init(
        _ arguments: [String], in folder: FilePath = repository, state: FilePath, environment: [String: String] = [:]
    ) async throws {
        try #require(Self.program.exists)
        let talkFile = FilePath("/tmp/if-talk-\(String.randomHex(digits: 12))")
        defer { try? talkFile.remove() }
        // A shell in between gives the status of a program that failed together with what it printed. It measures the
        // time too: this process may be busy with other tests.
        let script = """
            talk=$1; shift; start=$(date +%s%N)
            "$@" 2>"$talk"
            printf '\\n%s %s' $? $((($(date +%s%N) - start) / 1000000))
            """
        let result = try await Program.run(
            "/bin/sh", ["-c", script, "sh", talkFile.string, Self.program.string] + arguments,
            environment: environment.merging(["IMAGEFACTORY_STATE": state.string]) { $1 }, in: folder,
            deadline: .seconds(100))
        let text = String(decoding: result.standardOutput, as: UTF8.self)
        let end = try #require(text.lastIndex(of: "\n"))
        let numbers = text[text.index(after: end)...].split(separator: " ").compactMap { Int($0) }
        try #require(numbers.count == 2)
        status = numbers[0]
        duration = .milliseconds(numbers[1])
        output = String(text[..<end])
        talk = try talkFile.readText()
    }
}
