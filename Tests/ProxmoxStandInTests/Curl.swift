import Foundation
import HostSystem
import ProxmoxStandIn
import SystemPackage

/// Talks to a stand-in by the real program `curl`.
struct Curl {
    /// An answer.
    struct Reply {
        /// The status; 0 if there was none.
        let status: Int
        /// How curl ended: 0, or what kept it from an answer.
        let exitCode: Int
        let body: String

        private var document: JSON? { try? JSON(parsing: Array(body.utf8)) }
        /// What was asked for.
        var data: JSON { document?["data"] ?? .null }
        /// The words of a refusal.
        var message: String { document?["message"]?.text ?? body }
        /// What is wrong with parameters, by their names.
        var errors: [String: JSON] { document?["errors"]?.fields ?? [:] }
        /// The identifier of the task that was started.
        var task: String { data.text ?? "" }
    }

    let server: ProxmoxStandIn
    var authorization: Secret
    let folder: FilePath

    /// Lends a server and a client of it, which bears the first account's token.
    static func with(
        _ model: ClusterModel = .usual(), _ body: (Curl, ProxmoxStandIn) async throws -> Void
    ) async throws {
        try await ProxmoxStandIn.with(model) { server in
            try await withScratchFolder(in: "/tmp", prefix: "curl") { folder in
                let curl = Curl(server: server, authorization: server.account.authorization, folder: folder)
                try await body(curl, server)
            }
        }
    }

    /// Calls a method.
    func callAsFunction(
        _ verb: String, _ path: String, _ parameters: KeyValuePairs<String, String> = [:], node: String? = nil,
        options: [String] = []
    ) async throws -> Reply {
        var arguments = ["--request", verb] + options
        if verb == "GET" || verb == "DELETE" { arguments.append("--get") }
        for (name, value) in parameters { arguments += ["--data-urlencode", "\(name)=\(value)"] }
        return try await run(arguments, path, node: node)
    }

    /// Uploads a body as it is.
    func upload(
        _ body: [UInt8], to storage: String = "local", owner: String = "pve1", node: String? = nil,
        headers: [String] = []
    ) async throws -> Reply {
        let file = folder.appending("body-\(String.randomHex(digits: 8))")
        try file.write(body)
        let all = ["Content-Type: multipart/form-data; boundary=\(Upload.boundary)", "Expect:"] + headers
        return try await run(
            all.flatMap { ["--header", $0] } + ["--data-binary", "@\(file)"],
            "/nodes/\(owner)/storage/\(storage)/upload", node: node)
    }

    /// Waits for a task; gives how it ended.
    func wait(for task: String, node: String? = nil) async throws -> String {
        let owner = task.split(separator: ":").dropFirst().first.map(String.init) ?? ""
        for _ in 0..<200 {
            let reply = try await self("GET", "/nodes/\(owner)/tasks/\(Self.encoded(task))/status", node: node)
            if let exit = reply.data["exitstatus"]?.text { return exit }
            if reply.status != 200 { return "no task: \(reply.message)" }
        }
        return "still running"
    }

    /// Calls a method that starts a task, and waits for it; gives how the task ended, or why there is none.
    func finish(
        _ verb: String, _ path: String, _ parameters: KeyValuePairs<String, String> = [:]
    ) async throws -> String {
        let reply = try await self(verb, path, parameters)
        return reply.status == 200 ? try await wait(for: reply.task) : "\(reply.status) \(reply.message)"
    }

    /// A text for a path.
    static func encoded(_ text: String) -> String {
        text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? text
    }

    private func run(_ arguments: [String], _ path: String, node: String?) async throws -> Reply {
        // What is secret goes into a file: everybody can see arguments.
        let header = folder.appending("header-\(String.randomHex(digits: 8))")
        try header.write("Authorization: \(authorization.reveal())\n".utf8, mode: .privateFile)
        let output = try await Program.run(
            "bash",
            ["-c", #"curl --silent --max-time 20 --write-out '\n%{http_code}' "$@"; printf '\n%s' $?"#, "curl"]
                + ["--cacert", server.caFile.string, "--header", "@\(header)"] + arguments
                + [node.map(server.endpoint(of:)) ?? server.endpoint].map { $0 + "/api2/json" + path },
            deadline: .seconds(320))
        let lines = output.text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        return Reply(
            status: lines.dropLast().last.flatMap { Int($0) } ?? 0, exitCode: lines.last.flatMap { Int($0) } ?? -1,
            body: lines.dropLast(2).joined(separator: "\n"))
    }
}

/// The body of an upload.
enum Upload {
    static let boundary = "xxBOUNDARYxx"

    /// The beginning of a qcow2 image of 3 GiB, and some data.
    static let image: [UInt8] =
        [0x51, 0x46, 0x49, 0xfb, 0, 0, 0, 3] + [UInt8](repeating: 0, count: 16) + [0, 0, 0, 0, 0xc0, 0, 0, 0]
        + Array("data of a disk".utf8)

    /// A text field.
    static func field(_ name: String, _ value: String) -> String {
        "--\(boundary)\r\nContent-Disposition: form-data; name=\"\(name)\"\r\n\r\n\(value)\r\n"
    }

    /// The header of the file.
    static func file(_ name: String = "disk.qcow2") -> String {
        "--\(boundary)\r\nContent-Disposition: form-data; name=\"filename\"; filename=\"\(name)\"\r\n"
            + "Content-Type: application/octet-stream\r\n\r\n"
    }

    /// A whole body, in the one order that is right.
    static func body(_ data: [UInt8] = image, name: String = "disk.qcow2", content: String = "import") -> [UInt8] {
        let digest = Digest.of(data).hex
        return body(
            field("content", content) + field("checksum-algorithm", "sha256") + field("checksum", digest) + file(name),
            data)
    }

    /// A body with other fields.
    static func body(_ fields: String, _ data: [UInt8] = image) -> [UInt8] {
        Array(fields.utf8) + data + Array("\r\n--\(boundary)--\r\n".utf8)
    }
}
