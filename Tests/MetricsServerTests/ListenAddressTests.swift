import MetricsServer
import Testing

@Suite struct ListenAddressTests {
    @Test(arguments: [
        ("127.0.0.1:9811", "127.0.0.1", 9811), ("localhost:0", "localhost", 0), ("[::1]:9811", "::1", 9811),
        ("metrics.example.org:65535", "metrics.example.org", 65535),
    ])
    func readsAndWritesAnAddress(_ text: String, _ host: String, _ port: Int) {
        #expect(ListenAddress(parsing: text) == ListenAddress(host: host, port: port))
        #expect(ListenAddress(parsing: text)?.description == text)
    }

    @Test(arguments: [
        "", "9811", ":9811", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:-1", "::1:9811", "[::1]",
        "[127.0.0.1:9811", "a b:1", "host:1\n", "http://127.0.0.1:9811", "[]:1", "127.0.0.1:99999999999",
    ])
    func refusesWhatIsNone(_ text: String) {
        #expect(ListenAddress(parsing: text) == nil)
    }
}
