import HostSystem
import Logging
import MetricsServer
import ProxmoxStandIn
import Testing

@Suite(.timeLimit(.minutes(5))) struct DownloadTests {
    private static let path = "/nodes/pve1/storage/local/download-url"

    private static let image = "data of a raw disk"
    private static let digest = Digest.of(image).hex

    /// Lends a URL with an image behind it.
    private static func withImage(_ body: (_ url: String) async throws -> Void) async throws {
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let server = MetricsServer(address: ListenAddress(host: "127.0.0.1", port: 0), logger: logger) { _ in
            MetricsPage(contentType: "application/octet-stream", text: image)
        }
        let (addresses, told) = AsyncStream.makeStream(of: ListenAddress.self)
        let serving = Task { try await server.run { told.yield($0) } }
        var iterator = addresses.makeAsyncIterator()
        let address = try #require(await iterator.next())
        try await withCleanup {
            try await body("http://\(address)/metrics")
        } cleanup: {
            serving.cancel()
        }
        try await serving.value
    }

    @Test func fetchesAnImageOnceAndKnowsItAgain() async throws {
        try await Self.withImage { url in
            try await Curl.with { curl, server in
                let first = try await curl.finish(
                    "POST", Self.path,
                    [
                        "url": url, "content": "import", "filename": "disk.raw", "checksum": Self.digest,
                        "checksum-algorithm": "sha256",
                    ])
                #expect(first == "OK")
                let volume = try #require(await server.volumes().first)
                #expect(volume.id == "local:import/disk.raw")
                #expect(volume.digest == Self.digest)
                let again = try await curl.finish(
                    "POST", Self.path,
                    [
                        "url": url, "content": "import", "filename": "disk.raw", "checksum": Self.digest,
                        "checksum-algorithm": "sha256",
                    ])
                #expect(again == "OK")
                let blindly = try await curl.finish(
                    "POST", Self.path, ["url": url, "content": "import", "filename": "disk.raw"])
                #expect(blindly == "refusing to override existing file 'local:import/disk.raw'")
                #expect(server.violations.isEmpty)
            }
        }
    }

    @Test func failsTheTaskWhenTheChecksumIsAnother() async throws {
        try await Self.withImage { url in
            try await Curl.with { curl, server in
                let exit = try await curl.finish(
                    "POST", Self.path,
                    [
                        "url": url, "content": "import", "filename": "disk.raw",
                        "checksum": String(repeating: "0", count: 64), "checksum-algorithm": "sha256",
                    ])
                #expect(exit.hasPrefix("checksum mismatch: got '\(Self.digest)'"))
                #expect(await server.volumes().isEmpty)
            }
        }
    }

    @Test func takesOnlyURLsOfTheWeb() async throws {
        try await Curl.with { curl, server in
            let reply = try await curl(
                "POST", Self.path, ["url": "file:///etc/passwd", "content": "import", "filename": "disk.qcow2"])
            #expect(reply.status == 400)
            #expect(server.violations.map(\.kind) == [.parameters])
        }
    }

    @Test func saysWhatTheDownloadFailedOf() async throws {
        try await Curl.with { curl, server in
            let exit = try await curl.finish(
                "POST", Self.path,
                ["url": "http://127.0.0.1:1/disk.qcow2", "content": "import", "filename": "disk.qcow2"])
            #expect(exit.hasPrefix("download failed: "))
            #expect(server.violations.isEmpty)
        }
    }

    @Test func asksForChecksumAndAlgorithmTogether() async throws {
        try await Curl.with { curl, server in
            let reply = try await curl(
                "POST", Self.path,
                ["url": "https://a/b", "content": "import", "filename": "disk.qcow2", "checksum": "00"])
            #expect(reply.errors["checksum-algorithm"] == "missing property - 'checksum' requires this property")
            #expect(server.violations.map(\.kind) == [.parameters])
        }
    }
}
