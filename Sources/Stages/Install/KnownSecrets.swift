package import HostSystem
package import Machines
internal import Synchronization

/// The secrets that a build has fetched or made so far, so that they are taken out of all that it tells.
package final class KnownSecrets: Sendable {
    private struct State {
        var texts: Set<[UInt8]> = []
        var secrets: [Secret] = []
        var redactor = Redactor()
    }

    private let state = Mutex(State())

    /// None yet.
    package init() {}

    /// Remembers a secret, in memory alone.
    package func add(_ secret: Secret) {
        state.withLock { state in
            guard state.texts.insert(Array(secret.reveal().utf8)).inserted else { return }
            state.secrets.append(secret)
            state.redactor = Redactor(state.secrets)
        }
    }

    /// Those that are known by now.
    var all: [Secret] {
        state.withLock(\.secrets)
    }

    /// What takes out those that are known by now.
    package var redactor: Redactor {
        state.withLock(\.redactor)
    }

    /// A text without those that are known by now.
    package func redact(_ text: String) -> String {
        redactor.text(text)
    }
}
