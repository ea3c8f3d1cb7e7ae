import Foundation
import HostSystem
import SystemPackage

@testable import Pipeline
@testable import Stages

/// A folder with a template, a state and runs of its own, for one test.
struct TestProject {
    /// The folder.
    let root: FilePath

    /// Lends a project.
    static func with<Result>(_ body: (TestProject) async throws -> Result) async throws -> Result {
        try await withScratchFolder(in: "/var/tmp", prefix: "if-stages") { folder in
            let project = TestProject(root: folder)
            try project.write("stages: [seal]\n", to: "pipelines/golden.yaml")
            return try await body(project)
        }
    }

    /// The state folder.
    var state: StateFolder { StateFolder(root: root.appending("state"), cache: root.appending("cache")) }

    /// Writes a file and the folders above it.
    @discardableResult
    func write(_ text: String, to name: String) throws -> FilePath {
        let file = root.pushing(FilePath(name))
        try file.removingLastComponent().createFolder()
        try file.write(text.utf8)
        return file
    }

    /// Writes a program that runs lines of `sh`, for ``programs``.
    func writeProgram(_ lines: String, named name: String) throws {
        let file = try write("#!/bin/sh\n\(lines)\n", to: "bin/\(name)")
        chmod(file.string, 0o755)
    }

    /// An environment in which the project's own programs come first.
    var programs: [String: String] { ["PATH": "\(root)/bin:/usr/sbin:/usr/bin:/sbin:/bin"] }

    /// The template `web` with `sections` beside the least that it must have.
    func template(_ sections: String = "", answers: String = "") throws -> Template {
        try write(
            """
            image: web
            summary: A web server
            iso: { path: web.iso }
            machine: { disk: 40GiB, network: user }
            answers:
              KLDLOAD_DISTRO: debian
              KLDLOAD_PASSWORD: { secret: generate }
            \(answers)
            \(sections)

            """, to: "templates/web.yaml")
        return try TemplateFolder(root: root).load("web")
    }

    /// The work of a stage in a new run, in a folder of its own.
    func work(
        disk: FilePath? = nil, images: FilePath? = nil, reports: [String: FilePath] = [:],
        keys: StageKeys = StageKeys(), ingredients: [String: Ingredients] = [:],
        published: @escaping @Sendable (FilePath) -> Void = { _ in }
    ) throws -> StageWork {
        let run = try RunFolder.begin(template: "web", version: "0", in: state)
        let folder = root.appending("work-\(String.randomHex(digits: 6))")
        try folder.createFolder()
        return StageWork(
            disk: disk, diskIdentity: nil, mayGoOn: false, folder: folder, run: run, images: images, reports: reports,
            keys: keys, ingredients: ingredients, published: published, report: { _ in })
    }

    /// A small disk with something on it.
    func disk(_ name: String = "disk.qcow2", pattern: Int = 7) async throws -> FilePath {
        let disk = root.appending(name)
        try await Program.run("qemu-img", ["create", "-q", "-f", "qcow2", disk.string, "64M"], deadline: .seconds(120))
        try await Program.run(
            "qemu-io",
            ["-f", "qcow2", "-c", "write -P \(pattern) 1M 3M", "-c", "write -P 9 40M 64k", disk.string],
            deadline: .seconds(120))
        return disk
    }
}

/// Runs `sh -n`: whether a script is a script.
func checkSyntax(of script: String) async throws {
    try await Program.run("/bin/sh", ["-n"], input: Array(script.utf8), deadline: .seconds(120))
}
