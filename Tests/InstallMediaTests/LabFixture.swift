import Foundation
import HostSystem
import InstallMedia
import SystemPackage

/// The lab medium's own scripts, laid out in a folder and run with their test hooks.
struct LabFixture {
    let folder: FilePath

    /// How a script ended.
    struct Outcome {
        var status = 0
        var output = ""
        var errors = ""
    }

    /// Lends a folder with all files of the live system.
    static func with<Result>(_ body: (LabFixture) async throws -> Result) async throws -> Result {
        try await withFolder { folder in
            for file in LabFiles.all {
                let path = folder.appending("root").pushing(FilePath(file.path))
                try path.removingLastComponent().createFolder()
                try path.write(file.bytes, mode: file.mode)
            }
            return try await body(LabFixture(folder: folder))
        }
    }

    /// Runs the seed reader on a kernel command line and, when given, baked answers.
    func autoinstall(
        _ commandLine: String = "", answers: String? = nil, environment: [String: String] = [:]
    ) async throws -> Outcome {
        let baked = folder.appending("autoinstall.env")
        if let answers { try baked.write(Array(answers.utf8)) }
        let hooks = [
            "KLDLOAD_AUTOINSTALL_CMDLINE": commandLine,
            "KLDLOAD_AUTOINSTALL_LOG": folder.appending("log/auto.log").string,
            "KLDLOAD_AUTOINSTALL_RUNDIR": folder.appending("run").string, "KLDLOAD_AUTOINSTALL_BAKED": baked.string,
            "KLDLOAD_AUTOINSTALL_LABELS": folder.appending("labels").string,
            "KLDLOAD_AUTOINSTALL_TMPDIR": folder.string, "KLDLOAD_AUTOINSTALL_DRYRUN": "1",
        ]
        return try await run("usr/local/sbin/kldload-autoinstall", [], hooks.merging(environment) { $1 })
    }

    /// Runs the installer on answers, up to its first touch of a disk.
    func install(_ answers: String) async throws -> Outcome {
        let config = folder.appending("config.env")
        try config.write(Array(answers.utf8))
        let hooks = [
            "KLDLOAD_INSTALL_LOGS": folder.appending("log").string,
            "KLDLOAD_INSTALL_RUNDIR": folder.appending("run").string,
            "KLDLOAD_INSTALL_BUSY": folder.appending("run/installer-busy").string,
            "KLDLOAD_INSTALL_TARGET": folder.appending("target").string, "KLDLOAD_INSTALL_DRYRUN": "1",
        ]
        return try await run("usr/sbin/kldload-install-target", ["--config", config.string], hooks)
    }

    /// Runs a program of the live system.
    func run(_ path: String, _ arguments: [String], _ environment: [String: String] = [:]) async throws -> Outcome {
        let library = folder.appending("root/usr/lib/kldload-installer/lib").string
        let errors = folder.appending("errors")
        let script = "\"$0\" \"$@\" 2>\"\(errors)\"; echo \"status $?\""
        let program = folder.appending("root").pushing(FilePath(path)).string
        let text = try await Program.run(
            "/bin/bash", ["-c", script, program] + arguments,
            environment: environment.merging(["KLDLOAD_LIB": library]) { $1 }, deadline: .seconds(60)
        ).text
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let status = lines.removeLast().split(separator: " ").last.flatMap { Int($0) } ?? -1
        return Outcome(status: status, output: lines.joined(separator: "\n"), errors: try errors.readText())
    }

    /// What a file below the fixture's folder says; empty when it is not there.
    func text(_ path: String) -> String {
        (try? folder.pushing(FilePath(path)).readText()) ?? ""
    }
}
