import Foundation
import HostSystem
package import SystemPackage
package import Testing

/// Where the tests with real machines work: one state folder, so that they share the installed lab system, and turns,
/// so that no more guests run at once than the host has processors for.
package final class Lab: Sendable {
    /// The lab of the running suite.
    @TaskLocal package static var current: Lab?

    /// The repository.
    package static let repository = FilePath(#filePath).removingLastComponent().removingLastComponent()
        .removingLastComponent()

    /// The folder of everything; QEMU's account can enter it.
    package let folder: FilePath
    private let turns = Turns(2)

    /// A lab in `folder`, with two turns at a time.
    package init(folder: FilePath) {
        self.folder = folder
    }

    /// The state folder that tests share.
    package var state: FilePath { folder.appending("state") }

    /// Waits for a turn, and does `body` in it.
    package func turn<Result>(_ body: () async throws -> Result) async throws -> Result {
        await turns.take()
        do {
            let result = try await body()
            await turns.give()
            return result
        } catch {
            await turns.give()
            throw error
        }
    }

    /// The lab ISO, made if there is none.
    package func iso() async throws -> FilePath {
        let ending = try await project().factory("lab-iso", "debian13").run()
        return FilePath(ending.output.trimmingCharacters(in: .newlines))
    }

    /// A template as the repository ships it.
    package func shippedTemplate(_ name: String) throws -> String {
        try Self.repository.appending("templates/\(name).yaml").readText()
    }

    /// A new project: the repository's pipelines, and templates of its own.
    package func project(_ templates: [String: String] = [:]) throws -> Project {
        let root = folder.appending("project-\(String.randomHex(digits: 6))")
        try root.appending("templates").createFolder()
        for name in ["pipelines", "templates/_shared", "templates/lab-debian13"] {
            try FileManager.default.copyItem(
                atPath: Self.repository.pushing(FilePath(name)).string, toPath: root.pushing(FilePath(name)).string)
        }
        for (name, text) in templates {
            try root.appending("templates/\(name).yaml").write(text.utf8)
        }
        return Project(root: root, state: state)
    }
}

/// A number of turns that may be taken at once.
private actor Turns {
    private var free: Int
    private var waiting: [CheckedContinuation<Void, Never>] = []

    init(_ count: Int) {
        free = count
    }

    func take() async {
        if free > 0 {
            free -= 1
        } else {
            await withCheckedContinuation { waiting.append($0) }
        }
    }

    func give() {
        if waiting.isEmpty {
            free += 1
        } else {
            waiting.removeFirst().resume()
        }
    }
}

/// Gives a suite its lab, and takes it away when the suite is over.
package struct WithLab: SuiteTrait, TestScoping {
    /// The trait.
    package init() {}

    package func provideScope(
        for test: Test, testCase: Test.Case?, performing body: @concurrent @Sendable () async throws -> Void
    ) async throws {
        try await withScratchFolder(in: "/var/tmp", prefix: "if-vm") { folder in
            _ = chmod(folder.string, 0o755)
            try await Lab.$current.withValue(Lab(folder: folder)) { try await body() }
        }
    }
}
