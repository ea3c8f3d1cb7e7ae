import Foundation
import SystemPackage

/// `power-loss FOLDER CONTENT`: shows at FOLDER an empty ``VolatileDisk`` whose files' content is kept in the folder CONTENT.
///
/// It takes a command a line on standard input, and answers each with a line. When the input ends, so does it.
///
/// | command | |
/// |---|---|
/// | `changes` | says how many changes there were since the power came on |
/// | `limit N` | the power goes away after N changes since it came on: from then on, everything fails |
/// | `ignore files`, `ignore folders` | the disk only pretends to flush these, until the power comes back |
/// | `cut SEED PROBABILITY` | the power goes away and comes back; see ``VolatileDisk/losePower(keeping:seed:)`` |
@main
struct PowerLoss {
    static func main() throws {
        guard CommandLine.arguments.count == 3 else { throw CommandError(text: "usage: power-loss FOLDER CONTENT") }
        // Modes are what the programs say; the kernel has put in their masks.
        umask(0)
        let disk = VolatileDisk(in: FilePath(CommandLine.arguments[2]))
        let server = try FileServer(disk, at: FilePath(CommandLine.arguments[1]))
        try say("ready")
        while true {
            var sources = [
                pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0),
                pollfd(fd: server.descriptor, events: Int16(POLLIN), revents: 0),
            ]
            guard poll(&sources, 2, -1) >= 0 || errno == EINTR else { throw Errno(rawValue: errno) }
            if sources[0].revents != 0 {
                guard let line = readLine() else { return }
                try say(try perform(line.split(separator: " ").map(String.init), server))
            } else if sources[1].revents != 0, !server.serveOne() {
                return
            }
        }
    }

    private static func say(_ line: String) throws {
        _ = try FileDescriptor.standardOutput.writeAll((line + "\n").utf8)
    }

    private static func perform(_ words: [String], _ server: FileServer) throws -> String {
        switch words.first {
        case "changes": return "\(server.disk.changes)"
        case "limit":
            server.disk.limit = words.count > 1 ? Int(words[1]) : nil
        case "ignore":
            server.disk.ignored.insert(words.last == "files" ? .files : .folders)
        case "cut" where words.count == 3:
            guard let seed = UInt64(words[1]), let probability = Double(words[2]) else { fallthrough }
            try server.losePower(keeping: probability, seed: seed)
        default: throw CommandError(text: "no such command: \(words.joined(separator: " "))")
        }
        return "done"
    }
}

/// A command that cannot be understood.
struct CommandError: Error, CustomStringConvertible {
    let text: String
    var description: String { text }
}
