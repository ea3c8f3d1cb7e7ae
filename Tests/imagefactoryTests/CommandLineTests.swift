import ArgumentParser
import Machines
import Pipeline
import Testing

@testable import imagefactory

struct CommandLineTests {
    @Test(arguments: [
        ["frobnicate"], ["build"], ["build", "web", "web"], ["build", "web", "db", "--jobs", "0"],
        ["plan", "web", "db"], ["build", "web", "--frobnicate"],
        ["build", "web", "--version"], ["build", "web", "--version", "1.2"],
        ["build", "web", "--version", "v1.2.0-prod"],
        ["build", "web", "--on-failure", "explode"], ["build", "web", "--accelerator", "xen"],
        ["build", "web", "--format", "xml"], ["plan"], ["plan", "web", "--version", "latest"],
        ["build", "--version", "v1.2.0"],
        ["build", "web", "--formats", "qcow2,vhdx"], ["build", "web", "--formats", ""],
        ["build", "web", "--formats", "raw,raw"], ["plan", "web", "--formats", "qcow2,"], ["lab-iso", "plan9"],
        ["lab-iso"], ["template", "check", "--frobnicate"], ["template", "frobnicate"], ["doctor", "all"],
        ["run", "list", "--limit", "0"], ["run", "logs", "--stage", "seal", "--file", "x.log"], ["run", "screenshot"],
        ["run", "logs", "--file", "x.log", "--format", "json"], ["diff"], ["diff", "a"], ["diff", "a", "b", "c"],
        ["sbom"], ["sbom", "a"], ["sbom", "a", "--to", "swid"], ["sbom", "a", "--to", "spdx", "--created", "now"],
        ["key", "create"], ["key", "create", "../release"], ["key", "create", "-x"], ["key", "create", ".key"],
        ["key", "create", "release", "--algorithm", "rsa"], ["key", "create", "release", "--passphrase", "hunter2"],
        ["key", "create", "release", "--passphrase", "env:"], ["key", "show"], ["sign"], ["sign", "release"],
        ["ci", "run", "refs/tags/web/v1.0.0"], ["ci", "run", "--hook", "refs/tags/web/v1.0.0"], ["ci", "generate"],
        ["ci", "generate", "jenkins"], ["ci", "generate", "hook", "--runner", "kvm"],
        ["ci", "generate", "github", "--check", "--force"], ["ci", "generate", "github", "--repository", "/srv"],
        ["metrics", "--channel", "qa"], ["metrics", "--since", "0d"], ["metrics", "--every", "5s"],
        ["metrics", "--prometheus", "--openmetrics"], ["metrics", "--prometheus", "--format", "json"],
        ["metrics", "--prometheus", "--since", "7d"], ["metrics", "--textfile", "metrics.txt"],
        ["metrics", "--listen", "9811"], ["metrics", "--listen", "127.0.0.1:9811", "--textfile", "a.prom"],
    ])
    func refusesWhatCannotBe(arguments: [String]) {
        let error = #expect(throws: (any Error).self) { try ImageFactory.parseAsRoot(arguments) }
        #expect(error.map { ImageFactory.exitCode(for: $0) } == .validationFailure)
    }

    @Test func readsEveryOptionOfABuild() throws {
        let command = try ImageFactory.parseAsRoot([
            "build", "web", "db", "--jobs", "2", "--refresh", "--version", "v1.2.0", "--iso", "a.iso", "--output",
            "/out", "--from", "seal", "--until",
            "convert-image", "--no-cache", "--on-failure", "keep", "--accelerator", "tcg", "--connect",
            "qemu:///system",
            "-C", "/project", "--format", "json",
        ])
        let build = try #require(command as? Build)
        #expect(build.templates == ["web", "db"])
        #expect(build.jobs == 2)
        #expect(build.build.refresh)
        #expect(build.build.version == "v1.2.0")
        #expect(build.build.iso == "a.iso")
        #expect(build.build.output == "/out")
        #expect(build.build.runnerOptions == Runner.Options(from: "seal", until: "convert-image", usesCache: false))
        #expect(build.onFailure == .keep)
        #expect(build.machine.accelerator == .tcg)
        #expect(build.machine.connect == "qemu:///system")
        #expect(build.global.root == "/project")
        #expect(build.global.format == .json)
    }

    @Test func asksForNothingThatWasNotSaid() throws {
        let build = try #require(try ImageFactory.parseAsRoot(["build", "web"]) as? Build)
        #expect(build.build.runnerOptions == Runner.Options())
        #expect(build.build.version == nil)
        #expect(build.machine.accelerator == nil)
        #expect(build.onFailure == nil)
        #expect(build.global.format == .text)
    }
}
