internal import NIOCore
internal import NIOHTTP1

/// A request as it goes out, but for its headers `Host` and `Authorization`.
struct WireRequest: Sendable {
    /// The method.
    let method: HTTPMethod
    /// The path with its query, encoded.
    let uri: String
    /// The body.
    let body: WireBody
    /// How long it may take.
    let deadline: Duration

    /// What is sent.
    enum WireBody: Sendable {
        /// Nothing.
        case none
        /// A form of a few parameters.
        case form([UInt8])
        /// A file among other parts.
        case upload(MultipartUpload)
    }

    /// The first bytes of the body, in one piece; and the headers that it asks for.
    var opening: (headers: [(String, String)], bytes: ByteBuffer?) {
        get throws {
            switch body {
            case .none: ([], nil)
            case .form(let bytes):
                (
                    [
                        ("Content-Type", "application/x-www-form-urlencoded"), ("Content-Length", "\(bytes.count)"),
                    ], ByteBuffer(bytes: bytes)
                )
            case .upload(let upload):
                (
                    [("Content-Type", upload.contentType), ("Content-Length", "\(upload.length)")],
                    try upload.opening
                )
            }
        }
    }
}
