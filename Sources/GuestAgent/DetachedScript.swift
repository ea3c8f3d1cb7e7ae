package import HostSystem

/// A script that runs in a guest by itself, so that it outlives a restart of the agent.
///
/// Upgrading packages may restart the agent, and systemd then kills every process that the agent started.
package struct DetachedScript: Sendable {
    /// The name of its unit and folder in the guest: letters, digits and hyphens.
    package let id: String
    /// The script. Its first line may name its interpreter (`#!`), otherwise `/bin/sh` runs it.
    package let content: [UInt8]
    /// What it gets as `$1` and so on; every user of the guest can see these.
    package let arguments: [String]
    /// Its environment, besides `PATH`, `HOME` and `LANG`.
    package let environment: [String: String]
    /// Further environment that reaches the guest in a file that only root can read, and that is gone before it starts.
    package let secrets: [String: Secret]

    /// A script with an id of its own.
    package init(
        _ content: [UInt8], arguments: [String] = [], environment: [String: String] = [:],
        secrets: [String: Secret] = [:], id: String = .randomHex(digits: 16)
    ) {
        self.id = id
        self.content = content
        self.arguments = arguments
        self.environment = environment
        self.secrets = secrets
    }

    /// The program and its arguments that run the file `path`.
    ///
    /// The kernel is not asked to read the `#!` line: `/run` may forbid execution, as on Debian.
    func command(for path: String) -> [String] {
        guard content.starts(with: "#!".utf8) else { return ["/bin/sh", path] }
        let line = content.dropFirst(2).prefix { $0 != UInt8(ascii: "\n") }
        let words = String(decoding: line, as: UTF8.self)
            .split(maxSplits: 1, omittingEmptySubsequences: true) { $0 == " " || $0 == "\t" || $0 == "\r" }
            .map { $0.trimming { $0 == " " || $0 == "\t" || $0 == "\r" } }
            .filter { !$0.isEmpty }
        return (words.isEmpty ? ["/bin/sh"] : words) + [path]
    }

    /// Lines of `sh` that set the environment.
    func environmentFile() throws(DetachedScriptError) -> [UInt8] {
        let values = environment.merging(secrets.mapValues { $0.reveal() }) { $1 }
        var lines = ""
        for (name, value) in values.sorted(by: { $0.key < $1.key }) {
            guard Self.isName(name) else { throw DetachedScriptError.badName(name) }
            guard !value.utf8.contains(0) else { throw DetachedScriptError.nulInValue(name) }
            let parts = value.split(separator: "'", omittingEmptySubsequences: false)
            lines += "export \(name)='\(parts.joined(separator: #"'\''"#))'\n"
        }
        return Array(lines.utf8)
    }

    private static func isName(_ text: String) -> Bool {
        guard let first = text.utf8.first, !(UInt8(ascii: "0")...UInt8(ascii: "9") ~= first) else { return false }
        return text.allSatisfy { $0 == "_" || ($0.isASCII && ($0.isLetter || $0.isNumber)) }
    }
}

/// A detached script that cannot be handed to a guest.
package enum DetachedScriptError: Error, Hashable, CustomStringConvertible {
    /// No shell takes this as the name of a variable.
    case badName(String)
    /// The value of this variable has a NUL byte in it.
    case nulInValue(String)
    /// The id has other characters than letters, digits and hyphens.
    case badID(String)

    package var description: String {
        switch self {
        case .badName(let name):
            "'\(name)' is no name of an environment variable; use letters, digits and underscores, not a digit first"
        case .nulInValue(let name): "the value of \(name) has a NUL byte in it; no environment can carry that"
        case .badID(let id): "'\(id)' cannot name a unit; use letters, digits and hyphens"
        }
    }
}

/// How a detached script ended.
package struct DetachedResult: Sendable, Hashable {
    /// The status it exited with; 128 and the signal's number if a signal ended it, as in a shell.
    package let exitCode: Int
    /// How many bytes of output were handed over.
    package let outputSize: Int64
    /// Whether it printed more than is handed over.
    package let isTruncated: Bool

    /// Whether it exited with status 0.
    package var succeeded: Bool { exitCode == 0 }
}

extension StringProtocol {
    fileprivate func trimming(_ isSpace: (Character) -> Bool) -> String {
        String(drop(while: isSpace).reversed().drop(while: isSpace).reversed())
    }
}
