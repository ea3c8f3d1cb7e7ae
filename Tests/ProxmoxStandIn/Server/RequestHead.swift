internal import Foundation
internal import NIOHTTP1

/// The head of a request.
struct RequestHead: Sendable {
    /// The most that a body may have which is no upload.
    static let bodyLimit = 512 << 10

    let method: String
    /// The path as it was written, without the query.
    let target: String
    let query: String
    let headers: [(name: String, value: String)]
    let keepsAlive: Bool

    init(_ head: HTTPRequestHead) {
        method = head.method.rawValue
        let parts = head.uri.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        target = parts.first ?? "/"
        query = parts.count == 2 ? parts[1] : ""
        headers = head.headers.map { ($0.name, $0.value) }
        keepsAlive = head.isKeepAlive
    }

    /// A header's value.
    func header(_ name: String) -> String? {
        headers.first { $0.name.lowercased() == name }?.value
    }

    /// The path below `/api2/json`, decoded; nil for another.
    var path: String? {
        guard let decoded = target.removingPercentEncoding, decoded.hasPrefix("/api2/json") else { return nil }
        let path = String(decoded.dropFirst("/api2/json".count))
        return path.isEmpty || path.hasPrefix("/") ? path : nil
    }

    /// Whether the path is one that may take a file; it must be written exactly so.
    var isUpload: Bool {
        method == "POST" && path?.wholeMatch(of: /\/nodes\/[^\/]+\/storage\/[^\/]+\/upload/) != nil
    }
}
