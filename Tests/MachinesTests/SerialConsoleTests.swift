import Foundation
import HostSystem
import SystemPackage
import Testing

@testable import Machines

/// Consoles on real sockets. A chunk is sent when the text of the one before it has arrived, so that each is a read of
/// its own.
@Suite(.timeLimit(.minutes(1)))
struct SerialConsoleTests {
    @Test func tellsLinesFromPrompts() async throws {
        let pieces = try await pieces(of: ["one\r\ntwo\n\ngolden login: "])
        #expect(pieces == [.line("one"), .line("two"), .line(""), .prompt("golden login: ")])
    }

    @Test func joinsALineThatComesInPieces() async throws {
        let pieces = try await pieces(of: ["Starting", " services", "...\r\nlogin: "])
        #expect(
            pieces == [
                .prompt("Starting"), .prompt("Starting services"), .line("Starting services..."), .prompt("login: "),
            ])
    }

    @Test func keepsACharacterThatIsSplitOverTwoReads() async throws {
        let bytes = Array("Gr\u{FC}\u{DF}e \u{2714}\n".utf8)
        for cut in 1..<bytes.count - 1 {
            let pieces = try await pieces(of: [Array(bytes[..<cut]), Array(bytes[cut...])])
            #expect(pieces.last == .line("Gr\u{FC}\u{DF}e \u{2714}"), "cut at \(cut)")
            #expect(!pieces.contains { $0.text.contains("\u{FFFD}") }, "cut at \(cut)")
        }
    }

    @Test func replacesBytesThatAreNoText() async throws {
        let pieces = try await pieces(of: [[0x61, 0xFF, 0x62, 0x0A]])
        #expect(pieces == [.line("a\u{FFFD}b")])
    }

    @Test func takesALineEndThatIsSplitOverTwoReadsForOne() async throws {
        let pieces = try await pieces(of: ["one\r", "\ntwo\r\n"])
        #expect(pieces == [.line("one"), .line("two")])
    }

    @Test func endsALineAtACarriageReturnAlone() async throws {
        let pieces = try await pieces(of: [" 10%\r 20%\r"])
        #expect(pieces == [.line(" 10%"), .line(" 20%")])
    }

    @Test func joinsAnEscapeSequenceThatIsSplitOverTwoReads() async throws {
        let pieces = try await pieces(of: ["[ \u{1B}[0;3", "2m OK \u{1B}[0m ]\n"])
        #expect(pieces == [.prompt("[ "), .line("[  OK  ]")])
    }

    @Test func keepsTheEndOfAnEndlessLine() async throws {
        let pieces = try await pieces(of: [String(repeating: "a", count: 5000) + "login: "])
        #expect(pieces.count == 1)
        #expect(pieces.first?.text.hasSuffix("aaalogin: ") == true)
        #expect(pieces.first?.text.count == 4096)
    }

    @Test(arguments: [
        ("plain text", "plain text"), ("\u{1B}[0;32mgreen\u{1B}[0m", "green"), ("\u{1B}[2J\u{1B}[01;01Hhome", "home"),
        ("\u{1B}[?25lhidden", "hidden"), ("bell\u{07}tab\tdel\u{7F}", "belltabdel"), ("\u{1B}cdone", "done"),
        ("cut \u{1B}[", "cut "), ("cut \u{1B}", "cut "), ("\u{1B}]0;title\u{07}text", "text"),
        ("\u{1B}]3008;start=1;type=shell\u{1B}\\golden login: ", "golden login: "),
        ("Gr\u{FC}\u{DF}e", "Gr\u{FC}\u{DF}e"),
        ("\u{1B}]0;unfinished", ""),
    ])
    func leavesControlSequencesOut(text: String, plain: String) {
        #expect(SerialConsole.plain(text) == plain)
    }

    @Test func logsEveryByteAsItCame() async throws {
        let bytes: [UInt8] = Array("\u{1B}[1mone\r\n".utf8) + [0, 0xFF, 0xC3] + Array("two".utf8)
        try await withConsole { console, peer, log in
            let text = console.text
            _ = try peer.writeAll(bytes)
            try peer.close()
            for await _ in text {}
            #expect(try log.readBytes() == bytes)
        }
    }

    @Test func appendsToALogThatIsThere() async throws {
        try await withScratchFolder(in: "/tmp", prefix: "if-console") { folder in
            let log = folder.appending("console.log")
            try log.write("before\n".utf8)
            let server = try ConsoleServer(at: folder.appending("c.s"))
            let console = try SerialConsole(socket: server.path, log: log)
            let text = console.text
            let peer = try server.connection()
            _ = try peer.writeAll("after\n".utf8)
            try peer.close()
            for await _ in text {}
            #expect(try log.readText() == "before\nafter\n")
        }
    }

    @Test func typesToTheGuest() async throws {
        try await withConsole { console, peer, _ in
            try console.type("admin\n")
            var bytes = [UInt8](repeating: 0, count: 64)
            let count = try bytes.withUnsafeMutableBytes { try peer.read(into: $0) }
            #expect(String(decoding: bytes[..<count], as: UTF8.self) == "admin\n")
            try peer.close()
        }
    }

    @Test func tellsEveryListener() async throws {
        try await withConsole { console, peer, _ in
            let (one, other) = (console.text, console.text)
            _ = try peer.writeAll("line\n".utf8)
            try peer.close()
            for text in [one, other] {
                let pieces = await text.reduce(into: []) { $0.append($1) }
                #expect(pieces == [.line("line")])
            }
        }
    }

    @Test func tellsALateListenerOfTheEnd() async throws {
        try await withConsole { console, peer, _ in
            let text = console.text
            try peer.close()
            for await _ in text {}
            let late = await console.text.reduce(into: []) { $0.append($1) }
            #expect(late.isEmpty)
        }
    }

    @Test func endsItsStreamsWhenItIsClosed() async throws {
        try await withConsole { console, peer, _ in
            let text = console.text
            console.close()
            let pieces = await text.reduce(into: []) { $0.append($1) }
            #expect(pieces.isEmpty)
            try peer.close()
        }
    }

    @Test func saysWhyThereIsNoConsole() throws {
        #expect(throws: Errno.noSuchFileOrDirectory) {
            try SerialConsole(socket: "/nonexistent/console.s", log: "/dev/null")
        }
        let long = FilePath("/tmp/" + String(repeating: "x", count: 110))
        #expect(throws: Errno.fileNameTooLong) { try SerialConsole(socket: long, log: "/dev/null") }
    }

    private func pieces(of chunks: [String]) async throws -> [ConsoleText] {
        try await pieces(of: chunks.map { Array($0.utf8) })
    }

    /// What a console makes of chunks that come one after the other.
    private func pieces(of chunks: [[UInt8]]) async throws -> [ConsoleText] {
        try await withConsole { console, peer, _ in
            var text = console.text.makeAsyncIterator()
            var pieces: [ConsoleText] = []
            for chunk in chunks.dropLast() {
                _ = try peer.writeAll(chunk)
                while let piece = await text.next() {
                    pieces.append(piece)
                    // What ends a chunk is a prompt; a chunk that ends with its line's end has none.
                    if case .prompt = piece { break }
                    if chunk.last == 0x0A || chunk.last == 0x0D { break }
                }
            }
            _ = try peer.writeAll(chunks.last ?? [])
            try peer.close()
            while let piece = await text.next() { pieces.append(piece) }
            return pieces
        }
    }

    private func withConsole<Result>(
        _ body: (SerialConsole, FileDescriptor, FilePath) async throws -> Result
    ) async throws -> Result {
        try await withScratchFolder(in: "/tmp", prefix: "if-console") { folder in
            let server = try ConsoleServer(at: folder.appending("c.s"))
            let log = folder.appending("console.log")
            let console = try SerialConsole(socket: server.path, log: log)
            defer { console.close() }
            return try await body(console, try server.connection(), log)
        }
    }
}
