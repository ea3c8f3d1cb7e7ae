import Foundation
import HostSystem
import SystemPackage
import Testing

/// Where the tests with real machines work: one state folder, so that they share the installed lab system, and turns,
/// so that no more guests run at once than the host has processors for.
final class Lab: Sendable {
    /// The lab of the running suite.
    @TaskLocal static var current: Lab?

    /// The repository.
    static let repository = FilePath(#filePath).removingLastComponent().removingLastComponent().removingLastComponent()

    /// The folder of everything; QEMU's account can enter it.
    let folder: FilePath
    private let turns = Turns(2)

    init(folder: FilePath) {
        self.folder = folder
    }

    /// The state folder that tests share.
    var state: FilePath { folder.appending("state") }

    /// Waits for a turn, and does `body` in it.
    func turn<Result>(_ body: () async throws -> Result) async throws -> Result {
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

    /// A new project: the repository's pipelines, and templates of its own.
    func project(_ templates: [String: String] = [:]) throws -> Project {
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

/// A folder with templates, a state and an output of its own.
struct Project {
    let root: FilePath
    var state: FilePath
    var environment: [String: String] = [:]
    var user: (id: uid_t, group: gid_t)?

    var output: FilePath { root.appending("output") }

    /// The program with these arguments, in this project.
    func factory(_ arguments: String...) -> FactoryProcess {
        FactoryProcess(
            arguments: arguments + ["--root", root.string],
            environment: environment.merging(["IMAGEFACTORY_STATE": state.string]) { $1 }, folder: "/", user: user)
    }

    /// The releases of a template.
    func releases(of template: String) -> [FilePath] {
        output.appending(template).folderEntries.map { output.appending(template).appending($0) }
    }

    /// The runs' folders, oldest first.
    var runs: [FilePath] { state.appending("runs").folderEntries.map { state.appending("runs").appending($0) } }
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
struct WithLab: SuiteTrait, TestScoping {
    func provideScope(
        for test: Test, testCase: Test.Case?, performing body: @concurrent @Sendable () async throws -> Void
    ) async throws {
        try await withScratchFolder(in: "/var/tmp", prefix: "if-vm") { folder in
            _ = chmod(folder.string, 0o755)
            try await Lab.$current.withValue(Lab(folder: folder)) { try await body() }
        }
    }
}

/// Everything with real guests. The suites inside run beside each other; ``Lab/turn(_:)`` keeps the host usable.
@Suite(WithLab(), .timeLimit(.minutes(60)))
struct VirtualMachineTests {}
