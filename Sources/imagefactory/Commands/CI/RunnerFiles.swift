internal import ContinuousIntegration
internal import HostSystem
internal import Pipeline
internal import Promotion
internal import SystemPackage

/// The files that a job leaves for its forge: a summary, outputs, and test results.
struct RunnerFiles {
    /// The name of the report that GitLab makes variables of.
    private static let dotenvName: FilePath.Component = "imagefactory.env"
    /// The most that is read of a release's tests.
    private static let longestTests = ByteCount.mebibytes(16)

    let forge: Forge
    let environment: CIEnvironment
    /// The file for JUnit XML; nil for none.
    let junit: FilePath?

    /// Writes what the forge takes about a build.
    func write(_ record: BuildRecord, placement: TagName?) throws {
        let outputs = RunnerOutputs(record)
        switch forge {
        case .github, .gitea:
            let summary = MarkdownSummary(record, placement: placement?.description).text + "\n"
            try append(summary, to: "GITHUB_STEP_SUMMARY")
            if let outputs { try append(outputs.githubLines, to: "GITHUB_OUTPUT") }
        case .gitlab:
            if let outputs, let folder = try environment.text("CI_PROJECT_DIR") {
                try FilePath(folder).appending(Self.dotenvName).writeAtomically(outputs.dotenvLines.utf8)
            }
        case .hook: break
        }
        guard let junit else { return }
        let tests = record.release.map { FilePath($0.path).appending("tests.junit.xml") }.flatMap {
            $0.exists ? $0 : nil
        }
        let text = try JUnitFile(record, tests: tests?.readBytes(limit: Self.longestTests)).text()
        try junit.writeAtomically(text.utf8)
    }

    /// Appends to the file that a variable names; earlier steps may have written there too.
    private func append(_ text: String, to variable: String) throws {
        guard let path = try environment.text(variable) else { return }
        let file = try FileDescriptor.open(
            FilePath(path), .writeOnly, options: [.create, .append, .closeOnExec], permissions: .publicFile)
        _ = try file.closeAfter { try file.writeAll(text.utf8) }
    }
}
