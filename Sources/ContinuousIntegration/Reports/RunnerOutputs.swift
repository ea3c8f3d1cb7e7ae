internal import HostSystem
internal import Pipeline

/// What a job hands to those that follow it: the version, the release's digest, and its folder.
package struct RunnerOutputs {
    private let values: [(name: String, value: String)]

    /// The outputs of a build that published a release; nil for another.
    package init?(_ record: BuildRecord) {
        guard let release = record.release else { return nil }
        values = [
            ("version", record.version), ("release-digest", release.digest.map { "\($0)" } ?? ""),
            ("folder", TerminalText.plain(release.path)),
        ]
    }

    /// Lines for the file that `GITHUB_OUTPUT` names.
    ///
    /// Each value stands between two lines that it cannot hold, since they follow from its digest.
    package var githubLines: String {
        values.map { name, value in
            let end = "end-\(Digest.of(value).short)"
            return "\(name)<<\(end)\n\(value)\n\(end)\n"
        }.joined()
    }

    /// Lines for a report of the kind `dotenv`, which GitLab makes variables of: `IMAGEFACTORY_VERSION=v1.2.0`.
    package var dotenvLines: String {
        values.map { name, value in
            "IMAGEFACTORY_\(name.uppercased().replacing("-", with: "_"))=\(value)\n"
        }.joined()
    }
}
