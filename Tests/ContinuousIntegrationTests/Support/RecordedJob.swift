import HostSystem
import SystemPackage

@testable import ContinuousIntegration

/// The environment of a job as a forge's runner sets it, with the event's file where there is one.
struct RecordedJob {
    /// The variables.
    var variables: [String: String]

    /// The folder with all of them.
    static let folder = SampleRepository.project.appending("Tests/ContinuousIntegrationTests/Recorded")
    /// The forges.
    static let forges = ["github", "gitlab", "gitea"]
    /// What happened.
    static let cases = ["tag", "rerun", "branch", "fork", "dispatch"]

    /// A job with these variables and no others.
    init(variables: [String: String]) {
        self.variables = variables
    }

    /// A job whose `{{words}}` get `values`; its event is written into `scratch`, which is the runner's own folder too.
    init(_ forge: String, _ name: String, values: [String: String], scratch: FilePath) throws {
        let folder = Self.folder.appending("\(forge)/\(name)")
        let event = scratch.appending("event.json")
        let values = values.merging(["event": event.string, "folder": scratch.string]) { $1 }
        func filled(_ text: String) -> String {
            values.reduce(text) { $0.replacing("{{\($1.key)}}", with: $1.value) }
        }
        if folder.appending("event.json").exists {
            try event.write(filled(try folder.appending("event.json").readText()).utf8)
        }
        variables = [:]
        for line in filled(try folder.appending("environment").readText()).split(separator: "\n") {
            let parts = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            variables[String(parts[0])] = parts.count == 2 ? String(parts[1]) : ""
        }
    }

    /// What the job can read.
    var environment: CIEnvironment { CIEnvironment(variables: variables) }
}
