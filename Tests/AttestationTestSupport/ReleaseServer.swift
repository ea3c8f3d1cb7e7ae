internal import Foundation
internal import HostSystem
package import SystemPackage

/// A folder that a real http server lends, on a free port of this host; of single files it can be told to lend them badly.
package struct ReleaseServer: Sendable {
    /// Its address.
    package let address: String
    private let folder: FilePath

    /// A way to lend a file badly.
    package enum Fault: Sendable {
        /// With another status.
        case status(Int)
        /// With its whole length told and only its first bytes sent.
        case cut(after: Int)
        /// Without an end, and without a length.
        case endless
        /// With a length told that is far larger.
        case hugeLength
        /// Its first bytes, and then nothing while the connection stays.
        case stall(after: Int)
        /// From somewhere else.
        case redirect(String)
    }

    /// Lends the content of `folder`; a file `.faults` comes to lie there.
    package static func with<Result: Sendable>(
        _ folder: FilePath, _ body: (ReleaseServer) async throws -> Result
    ) async throws -> Result {
        try await withScratchFolder(in: "/var/tmp", prefix: "if-server") { scratch in
            let log = scratch.appending("port")
            return try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    try await Program.run(
                        "python3", ["-c", program, folder.string, log.string], deadline: .seconds(150))
                }
                defer { group.cancelAll() }
                let port = try await poll(every: .milliseconds(20), deadline: .seconds(30), for: "the server") {
                    (try? log.readText()).flatMap { $0.hasSuffix("\n") ? Int($0.dropLast()) : nil }
                }
                return try await body(ReleaseServer(address: "http://127.0.0.1:\(port)", folder: folder))
            }
        }
    }

    /// Has a file lent badly from now on.
    package func spoil(_ path: String, _ fault: Fault) throws {
        let words: [String] =
            switch fault {
            case .status(let status): ["status", "\(status)"]
            case .cut(let count): ["cut", "\(count)"]
            case .endless: ["endless"]
            case .hugeLength: ["huge"]
            case .stall(let count): ["stall", "\(count)"]
            case .redirect(let target): ["redirect", target]
            }
        let file = folder.appending(".faults")
        let known = file.exists ? try file.readText() : ""
        try file.write((known + ([path] + words).joined(separator: " ") + "\n").utf8)
    }

    /// The paths that were asked for, in order, each after its method.
    package func requests() throws -> [String] {
        let file = folder.appending(".requests")
        return file.exists ? try file.readText().split(separator: "\n").map(String.init) : []
    }

    private static let program = """
        import functools, http.server, os, sys, urllib.parse

        class Handler(http.server.SimpleHTTPRequestHandler):
            def log_message(self, *words):
                pass

            def fault(self):
                with open(os.path.join(self.directory, ".requests"), "a") as log:
                    log.write(self.command + " " + self.path + "\\n")
                try:
                    with open(os.path.join(self.directory, ".faults")) as file:
                        faults = [line.split() for line in file]
                except FileNotFoundError:
                    return None
                return next((f[1:] for f in faults if "/" + f[0] == urllib.parse.unquote(self.path)), None)

            def content(self):
                with open(self.translate_path(self.path), "rb") as file:
                    return file.read()

            def head(self, status, **headers):
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name.replace("_", "-"), str(value))
                self.end_headers()

            def do_HEAD(self):
                self.fault()
                super().do_HEAD()

            def do_GET(self):
                fault = self.fault()
                if fault is None:
                    return super().do_GET()
                kind = fault[0]
                if kind == "status":
                    self.head(int(fault[1]), Content_Length=0)
                elif kind == "redirect":
                    self.head(302, Location=fault[1], Content_Length=0)
                elif kind == "huge":
                    self.head(200, Content_Length=1 << 50)
                    self.wfile.write(self.content())
                elif kind == "endless":
                    self.head(200)
                    while True:
                        self.wfile.write(b"x" * 65536)
                else:
                    content = self.content()
                    self.head(200, Content_Length=len(content))
                    self.wfile.write(content[:int(fault[1])])
                    self.wfile.flush()
                    if kind == "stall":
                        self.rfile.read(1)

        class Server(http.server.ThreadingHTTPServer):
            def handle_error(self, *words):
                pass

        handler = functools.partial(Handler, directory=sys.argv[1])
        server = Server(("127.0.0.1", 0), handler)
        with open(sys.argv[2], "w") as file:
            file.write(str(server.server_port) + "\\n")
        server.serve_forever()
        """
}
