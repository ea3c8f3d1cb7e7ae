import Foundation
import HostSystem
import SystemPackage

/// Lends the address of a real http server of the files in `folder`.
func withFileServer(of folder: FilePath, _ body: @Sendable (_ address: String) async throws -> Void) async throws {
    let program = """
        import functools, http.server, sys
        handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=sys.argv[1])
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        open(sys.argv[2], "w").write(str(server.server_port) + "\\n")
        server.serve_forever()
        """
    let log = FilePath(folder.string + ".port")
    try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask {
            try await Program.run("python3", ["-u", "-c", program, folder.string, log.string], deadline: .seconds(60))
        }
        let port = try await poll(every: .milliseconds(20), deadline: .seconds(30), for: "the server") {
            (try? log.readText()).flatMap { Int($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
        }
        try await body("http://127.0.0.1:\(port)")
        group.cancelAll()
    }
}
