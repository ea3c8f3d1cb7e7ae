package import SystemPackage

extension Template {
    /// One step of the provisioning.
    package struct ProvisionStep: Sendable, Equatable {
        /// What a step does.
        package enum Action: Sendable, Equatable {
            /// Copies a file or a folder's content into the guest.
            case upload(from: FilePath, to: String)
            /// Runs a script of the host's, or shell commands, as root in the guest.
            case run(Script)
            /// Installs packages with the guest's package manager.
            case packages([String])
        }

        /// What a `run` step runs.
        package enum Script: Sendable, Equatable {
            /// A file beside the templates.
            case file(FilePath)
            /// Shell commands, written in the template.
            case commands(String)
        }

        /// What it does.
        package var action: Action
        /// How long one attempt may take.
        package var timeout: Duration
        /// How often it is tried again.
        package var retries: Int
        /// When it is done at all; nil for always.
        package var condition: Condition?
        /// Where it stands.
        package var place: YAMLPlace

        /// How long to wait after a failed attempt, counted from 0: 2 s, and each time twice as long, up to a minute. What
        /// fails for a moment, such as a mirror, gets time to recover.
        package static func pause(after attempt: Int) -> Duration {
            .seconds(min(60, 2 << min(attempt, 5)))
        }

        /// One line for people: `run scripts/harden.sh`.
        package var summary: String {
            switch action {
            case .upload(let from, let to): "upload \(from) to \(to)"
            case .run(.file(let path)): "run \(path)"
            case .run(.commands(let text)): "run '\(text.split(separator: "\n").first.map(String.init) ?? "")'"
            case .packages(let names): "install \(names.joined(separator: ", "))"
            }
        }
    }
}
