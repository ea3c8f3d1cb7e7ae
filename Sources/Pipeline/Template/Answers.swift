package import SystemPackage

extension Template {
    /// What the installer is told, in the order in which the template says it.
    package struct Answers: Sendable {
        /// How the installer gets them.
        package enum Way: String, Sendable, CaseIterable, Codable {
            /// A disk with the label `KLDLOADSEED`.
            case seedDisk = "seed-disk"
            /// A file written over the guest agent of the live system.
            case agent
            /// Single keys on the kernel's command line.
            case commandLine = "cmdline"
        }

        /// One answer.
        package struct Entry: Sendable {
            /// The key: `KLDLOAD_DISTRO`.
            package var key: String
            /// What is answered.
            package var value: Value
            /// Where it stands.
            package var place: YAMLPlace
        }

        /// What is answered.
        package enum Value: Sendable, Equatable {
            /// A text that anybody may read.
            case text(String)
            /// A text that is fetched or made when it is needed.
            case secret(SecretSource)
        }

        /// The way.
        package var way: Way
        /// The answers.
        package var entries: [Entry]

        /// The text of an answer; nil if there is none or it is a secret.
        package subscript(_ key: String) -> String? {
            guard case .text(let text)? = entries.first(where: { $0.key == key })?.value else { return nil }
            return text
        }

        /// The distribution that is installed; `unknown` in a template without that answer.
        package var distribution: String { self["KLDLOAD_DISTRO"] ?? "unknown" }

        /// The installer's package set; the installer's own default is `server`.
        package var profile: String { self["KLDLOAD_PROFILE"] ?? "server" }
    }

    /// Where a secret comes from; the template never holds the secret itself.
    package enum SecretSource: Sendable, Equatable {
        /// Made up for this build and forgotten with it.
        case generate
        /// An environment variable.
        case environment(String)
        /// A file on this host.
        case file(FilePath)
    }
}
