import HostSystem
import Logging
import MetricsServer
import Testing

/// The server, asked by the real `curl`.
@Suite(.timeLimit(.minutes(2))) struct MetricsServerTests {
    /// Lends a server at a free port of this host; it has ended when the call returns.
    private func withServer(
        page: @escaping @Sendable (String?) async throws -> MetricsPage, _ body: (ListenAddress) async throws -> Void
    ) async throws {
        let server = MetricsServer(address: ListenAddress(host: "127.0.0.1", port: 0), logger: Self.logger, page: page)
        let (addresses, told) = AsyncStream.makeStream(of: ListenAddress.self)
        let serving = Task { try await server.run { told.yield($0) } }
        var iterator = addresses.makeAsyncIterator()
        let address = try #require(await iterator.next())
        try await withCleanup {
            try await body(address)
        } cleanup: {
            serving.cancel()
        }
        try await serving.value
    }

    private static let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    private func curl(_ arguments: [String]) async throws -> String {
        try await Program.run("curl", ["--silent", "--max-time", "20"] + arguments, deadline: .seconds(30)).text
    }

    private func status(_ arguments: [String]) async throws -> String {
        try await curl(["--output", "/dev/null", "--write-out", "%{http_code}"] + arguments)
    }

    @Test func givesTheMetricsForTheFormatThatIsAskedFor() async throws {
        try await withServer { accept in
            MetricsPage(contentType: "text/plain; charset=utf-8", text: "accepts \(accept ?? "nothing")\n")
        } _: { address in
            let url = "http://\(address)/metrics"
            #expect(try await curl([url, "--header", "Accept: a/b;q=1, c/d"]) == "accepts a/b;q=1, c/d")
            let head = try await curl(["--head", url])
            #expect(head.hasPrefix("HTTP/1.1 200"))
            #expect(head.contains("Content-Type: text/plain; charset=utf-8"))
            #expect(try await curl(["http://\(address)/healthz"]) == "ok")
        }
    }

    @Test func servesNothingElse() async throws {
        try await withServer { _ in
            MetricsPage(contentType: "text/plain", text: "secret")
        } _: { address in
            for path in ["", "/", "/metrics/x", "/../etc/passwd"] {
                let status = try await status(["--path-as-is", "http://\(address)\(path)"])
                #expect(status == "404", "\(path)")
            }
            let url = "http://\(address)/metrics"
            let ofPost = try await status(["--data", "x", url])
            #expect(ofPost == "404")
            let ofLongHeader = try await status(["--header", "X: \(String(repeating: "a", count: 20 << 10))", url])
            #expect(ofLongHeader != "200")
        }
    }

    @Test func tellsNobodyWhyItHasNone() async throws {
        struct Secret: Error {}
        try await withServer { _ in
            throw Secret()
        } _: { address in
            let answer = try await curl(["--write-out", "%{http_code}", "http://\(address)/metrics"])
            #expect(answer.hasSuffix("503") && !answer.contains("Secret"))
            #expect(try await curl(["http://\(address)/healthz"]) == "ok")
        }
    }

    @Test func answersWhatIsUnderWayBeforeItEnds() async throws {
        let (asked, tell) = AsyncStream.makeStream(of: Void.self)
        let (goes, go) = AsyncStream.makeStream(of: Void.self)
        let server = MetricsServer(
            address: ListenAddress(host: "127.0.0.1", port: 0), logger: Self.logger
        ) { _ in
            tell.yield()
            for await _ in goes { break }
            return MetricsPage(contentType: "text/plain", text: "late")
        }
        let (addresses, told) = AsyncStream.makeStream(of: ListenAddress.self)
        let serving = Task { try await server.run { told.yield($0) } }
        var iterator = addresses.makeAsyncIterator()
        let address = try #require(await iterator.next())
        let answer = Task { try await curl(["http://\(address)/metrics"]) }
        for await _ in asked { break }
        serving.cancel()
        // The end has begun once nobody else is let in.
        let isClosed: Bool = try await poll(every: .milliseconds(20), deadline: .seconds(4), for: "the door to close") {
            do {
                _ = try await curl(["http://\(address)/healthz"])
                return nil
            } catch is ProgramError {
                return true
            }
        }
        #expect(isClosed)
        go.yield()
        let text = try await answer.value
        #expect(text == "late")
        try await serving.value
    }

    @Test func saysWhyItCannotListen() async throws {
        try await withServer { _ in
            MetricsPage(contentType: "text/plain", text: "")
        } _: { address in
            let second = MetricsServer(address: address, logger: Self.logger) { _ in
                MetricsPage(contentType: "text/plain", text: "")
            }
            await #expect(throws: ListenError.inUse(address)) { try await second.run { _ in } }
            for host in ["192.0.2.1", "nowhere.invalid"] {
                let there = ListenAddress(host: host, port: 0)
                let third = MetricsServer(address: there, logger: Self.logger) { _ in
                    MetricsPage(contentType: "text/plain", text: "")
                }
                await #expect(throws: ListenError.unknownHost(there)) { try await third.run { _ in } }
            }
        }
    }
}
