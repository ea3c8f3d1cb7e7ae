internal import HostSystem
internal import SystemPackage

/// A file on an http server, fetched by curl: never more than a bounded number of bytes, within a deadline, and from http
/// servers alone, whatever a redirection says. One that began under TLS stays under TLS.
struct WebFile {
    /// Its address.
    let address: WebFolder
    private let patience: WebPatience

    /// The file of a name in a folder.
    init(_ name: String, in folder: WebFolder, patience: WebPatience) {
        address = folder.appending(name)
        self.patience = patience
    }

    /// Whether the server has it.
    ///
    /// - Throws: ``WebFileError``.
    func isThere() async throws -> Bool {
        try await ask(["--head"], output: "/dev/null", limit: .mebibytes(1), deadline: patience.file)
    }

    /// Fetches it into a file that is not there yet, or of which nothing is kept.
    ///
    /// - Returns: False if the server does not have it; then nothing is at `path`.
    /// - Throws: ``WebFileError``; what is at `path` then is of no use.
    func fetch(to path: FilePath, limit: ByteCount, deadline: Duration) async throws -> Bool {
        guard try await ask([], output: path, limit: limit, deadline: deadline) else {
            try path.remove()
            return false
        }
        // A server sends no file for an empty one.
        if !path.exists { try path.write([]) }
        return true
    }

    /// - Returns: Whether the answer was a file, and not that there is none.
    private func ask(_ more: [String], output: FilePath, limit: ByteCount, deadline: Duration) async throws -> Bool {
        // The shell tells how curl ended, also where that is no success. A length that the server does not tell is bounded
        // by the kernel.
        let script = "limit=$1; shift; prlimit --core=0 --fsize=\"$limit\" -- curl \"$@\"; printf ' %d' $?"
        let arguments = ["-c", script, "sh", "\(limit.bytes)"] + options(limit) + more
        let answer = try await Program.run(
            "/bin/sh", arguments + ["--output", output.string, "--", address.text],
            environment: ["LC_ALL": "C"], deadline: deadline)
        // A server's own words may stand in curl's, and must do nothing to a terminal.
        return try isFile(String(String.UnicodeScalarView(answer.text.unicodeScalars.filter(\.isPlain))))
    }

    private func options(_ limit: ByteCount) -> [String] {
        [
            "--silent", "--show-error", "--stderr", "-", "--globoff", "--location", "--max-redirs", "5",
            "--proto", "=http,https", "--proto-redir", address.isEncrypted ? "=https" : "=http,https",
            "--max-filesize", "\(limit.bytes)", "--connect-timeout", "\(patience.connection.components.seconds)",
            "--speed-limit", "\(WebPatience.slowest)", "--speed-time", "\(patience.stall.components.seconds)",
            "--retry", "\(patience.retries)", "--write-out", "\n%{http_code}",
        ]
    }

    /// Reads what curl and the shell print: a message, and on the last line the http status and curl's exit code.
    private func isFile(_ text: String) throws(WebFileError) -> Bool {
        let lines = text.split(separator: "\n")
        let numbers = (lines.last ?? "").split(separator: " ").compactMap { Int($0) }
        guard let code = numbers.last else { throw WebFileError(address: address, problem: .failed(text)) }
        // A curl that the kernel ended has told no status.
        switch (numbers.count == 2 ? numbers[0] : 0, code) {
        case (200, 0): return true
        case (404, 0), (410, 0): return false
        case (let status, 0): throw WebFileError(address: address, problem: .answer(status: status))
        case (_, Self.isLarger), (_, Self.endedByKernel): throw WebFileError(address: address, problem: .tooLarge)
        default:
            let message = lines.dropLast().joined(separator: " ")
            throw WebFileError(address: address, problem: .failed(message.isEmpty ? "curl \(code)" : message))
        }
    }

    /// curl's exit code for a file that is longer than it may be (curl(1)).
    private static let isLarger = 63
    /// How a shell tells of a process that the kernel ended as it wrote too much: 128 and SIGXFSZ.
    private static let endedByKernel = 128 + 25
}

extension Unicode.Scalar {
    /// Whether it is a line's end, or one that controls nothing.
    fileprivate var isPlain: Bool {
        self == "\n" || ![.control, .format, .lineSeparator, .paragraphSeparator].contains(properties.generalCategory)
    }
}

/// A file that a server does not give.
package struct WebFileError: Error, CustomStringConvertible {
    /// Its address.
    package let address: WebFolder
    /// Why.
    package let problem: Problem

    /// Why a server does not give a file.
    package enum Problem: Sendable, Equatable {
        /// It sends more bytes than the file may have.
        case tooLarge
        /// It answers with another status than that there is a file, or none.
        case answer(status: Int)
        /// It cannot be reached, stops in the middle, or sends somebody elsewhere; in curl's words.
        case failed(String)
    }

    package var description: String {
        switch problem {
        case .tooLarge: "\(address) is longer than it may be"
        case .answer(let status): "\(address) cannot be fetched: the server answers with status \(status)"
        case .failed(let message): "\(address) cannot be fetched: \(message)"
        }
    }
}
