internal import Foundation
internal import HostSystem
package import SystemPackage

/// Asks whoever sits at the terminal for something that is not shown while it is typed.
package struct TerminalPrompt: Sendable {
    private let device: FilePath
    private let limit: Duration

    /// How often a wait looks whether it was called off, in milliseconds.
    private static let pause: Int32 = 50

    /// A prompt at this process's terminal, or at another.
    package init(device: FilePath = "/dev/tty", deadline limit: Duration = .seconds(300)) {
        self.device = device
        self.limit = limit
    }

    /// The line that is typed, without its end.
    ///
    /// The terminal is as it was before, however this ends: Ctrl-C cancels the task, and the keys that would end or halt
    /// the process at once are without effect meanwhile.
    ///
    /// - Throws: ``PassphraseError``, `CancellationError`.
    package func ask(_ question: String) async throws -> [UInt8] {
        try await offloaded { isCancelled in
            let terminal: FileDescriptor
            do {
                let withoutControl = FileDescriptor.OpenOptions(rawValue: O_NOCTTY)
                terminal = try FileDescriptor.open(device, .readWrite, options: [withoutControl, .closeOnExec])
            } catch {
                throw PassphraseError.noTerminal
            }
            return try terminal.closeAfter {
                let silence = try SilentTerminal(terminal)
                defer { silence.end() }
                do {
                    try terminal.writeAll(question.utf8)
                    return try readLine(of: terminal, isCancelled)
                } catch is Errno {
                    throw PassphraseError.noTerminal
                } catch {
                    _ = try? terminal.writeAll("\n".utf8)
                    throw error
                }
            }
        }
    }

    private func readLine(of terminal: FileDescriptor, _ isCancelled: () -> Bool) throws -> [UInt8] {
        let clock = ContinuousClock()
        let end = clock.now + limit
        // The kernel hands over whole lines, and none longer than this.
        var block = [UInt8](repeating: 0, count: 4096)
        while clock.now < end {
            if isCancelled() { throw CancellationError() }
            var request = pollfd(fd: terminal.rawValue, events: Int16(POLLIN), revents: 0)
            guard poll(&request, 1, Self.pause) > 0 else { continue }
            let count = try block.withUnsafeMutableBytes { try terminal.read(into: $0) }
            return Array(block.prefix(count).prefix { $0 != UInt8(ascii: "\n") })
        }
        throw PassphraseError.noAnswer(limit: limit)
    }
}

/// A terminal that does not show what is typed.
private struct SilentTerminal {
    private let terminal: FileDescriptor
    private let settings: termios

    /// Silences a terminal.
    init(_ terminal: FileDescriptor) throws(PassphraseError) {
        var settings = termios()
        guard tcgetattr(terminal.rawValue, &settings) == 0 else { throw .noTerminal }
        var silent = settings
        silent.c_lflag &= ~tcflag_t(ECHO)
        silent.c_lflag |= tcflag_t(ECHONL | ICANON | ISIG)
        withUnsafeMutableBytes(of: &silent.c_cc) { keys in
            for key in [VQUIT, VSUSP] { keys[Int(key)] = 0 }
        }
        guard tcsetattr(terminal.rawValue, TCSAFLUSH, &silent) == 0 else { throw .noTerminal }
        self.terminal = terminal
        self.settings = settings
    }

    /// Gives the terminal its settings back.
    func end() {
        var settings = settings
        tcsetattr(terminal.rawValue, TCSADRAIN, &settings)
    }
}
