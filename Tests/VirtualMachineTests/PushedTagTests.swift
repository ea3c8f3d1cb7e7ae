import Foundation
import HostSystem
import SystemPackage
import Testing
import VirtualMachineTestSupport

extension VirtualMachineTests {
    /// Pushes to a bare repository on this host, whose hooks build.
    struct PushedTagTests {
        @Test func buildsWhatAPushedTagAsksForBehindThePushersBack() async throws {
            let lab = try #require(Lab.current)
            // A name of its own, since the runs of all tests lie in one state folder.
            let template = try lab.shippedTemplate("lab-debian13")
                .replacing("pipeline: golden", with: "pipeline: quick")
                .replacing("image: lab-debian13", with: "image: pushed")
            let project = try lab.project(["pushed": template])
            let server = project.root.removingLastComponent().appending(
                "\(project.root.lastComponent?.string ?? "").git")
            try await prepare(server, project)
            try await lab.turn {
                // QEMU's emulation of several processors lets a guest panic now and then; a version is asked for once.
                for version in ["v1.0.0", "v1.0.1"] {
                    let log = try await push("pushed/\(version)", of: project, to: server)
                    if log.contains("[kernel-panic]"), version == "v1.0.0" { continue }
                    try #require(log.contains("imagefactory: ended with 0\n"), "\(log)")
                    try await expectRelease(version, on: server, log)
                    break
                }
            }
        }

        private func prepare(_ server: FilePath, _ project: Project) async throws {
            try await git(["init", "--quiet", "--initial-branch=main"], in: project.root)
            try await git(["init", "--quiet", "--bare", "--initial-branch=main", server.string], in: project.root)
            try await git(["config", "imagefactory.program", FactoryProcess.program.string], in: server)
            let hooks = try await project.factory("ci", "generate", "hook", "--repository", server.string).run()
            try #require(hooks.status == 0, "\(hooks.talk)")
            try await git(["remote", "add", "origin", server.string], in: project.root)
            try await git(["add", "--all"], in: project.root)
            try await git(["commit", "--quiet", "--message", "A recipe"], in: project.root)
            try await git(["push", "--quiet", "origin", "main"], in: project.root)
        }

        /// Pushes a tag, and gives the log of the build that it asks for.
        private func push(_ tag: String, of project: Project, to server: FilePath) async throws -> String {
            let logs = server.appending("imagefactory/logs")
            let before = logs.folderEntries
            try await git(["tag", "--annotate", "--message", "Build it", tag], in: project.root)
            let clock = ContinuousClock()
            let start = clock.now
            try await git(
                ["push", "--quiet", "origin", "refs/tags/\(tag)"], in: project.root,
                environment: ["IMAGEFACTORY_STATE": project.state.string])
            #expect(clock.now - start < .seconds(20), "the pusher does not wait for the build")
            let name = try #require(logs.folderEntries.first { !before.contains($0) && $0.hasSuffix(".log") })
            return try await poll(every: .seconds(1), deadline: .seconds(30 * 60), for: "the end of the build") {
                let text = try logs.appending(name).readText()
                return text.contains("imagefactory: ended with") ? text : nil
            }
        }

        private func expectRelease(_ version: String, on server: FilePath, _ log: String) async throws {
            let release = server.appending("imagefactory/output/pushed/\(version)")
            let image = release.appending("pushed-\(version).qcow2")
            try await Program.run("qemu-img", ["check", image.string], deadline: .seconds(60))
            try await Program.run(
                "sha256sum", ["--check", "--strict", "--quiet", "SHA256SUMS"], in: release, deadline: .seconds(60))
            #expect(log.contains("pushed/\(version) asks for a build of pushed \(version)\n"))
            #expect(log.contains("\nconvert-image:") && log.contains("\(release)\n"), "\(log)")
            // The build ends by pushing the tag of the dev channel, past the same hooks.
            let refs = try await git(["for-each-ref", "--format=%(refname) %(objecttype)"], in: server)
            #expect(refs.contains("refs/tags/pushed/\(version)-dev tag"), "\(log)")
            #expect(refs.contains("refs/imagefactory/pushed/dev tag"), "\(refs)")
            let results = server.appending("imagefactory/logs").folderEntries.filter { $0.hasSuffix(".junit.xml") }
            #expect(!results.isEmpty)
            _ = try await poll(every: .milliseconds(100), deadline: .seconds(60), for: "the checkout to go") {
                server.appending("imagefactory").folderEntries.contains { $0.hasPrefix("work.") } ? nil : true
            }
        }

        @discardableResult
        private func git(
            _ arguments: [String], in folder: FilePath, environment: [String: String] = [:]
        ) async throws -> String {
            let variables = [
                "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_AUTHOR_NAME": "Ada", "GIT_AUTHOR_EMAIL": "ada@example.org",
                "GIT_COMMITTER_NAME": "Ada", "GIT_COMMITTER_EMAIL": "ada@example.org",
            ]
            return try await Program.run(
                "git", arguments, environment: variables.merging(environment) { $1 }, in: folder,
                deadline: .seconds(120)
            ).text
        }
    }
}
