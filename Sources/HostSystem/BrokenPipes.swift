internal import Foundation

/// Writing into a pipe or a socket whose reader went away.
package enum BrokenPipes {
    /// Makes such a write fail with an error, where it would end the process (SIGPIPE).
    ///
    /// A handler that does nothing, and not `SIG_IGN`: programs that we start would inherit that.
    package static func survive() {
        _ = installed
    }

    private static let installed: Void = {
        signal(SIGPIPE) { _ in }
    }()
}
