internal import Foundation
internal import HostSystem

/// What an answer says, read from its body: the status line's own words never reach us.
struct ProxmoxReply {
    private let wire: WireReply
    private let request: String
    private let redaction: Redaction

    /// The most characters that are quoted of a server's words.
    private static let quotation = 2000

    init(_ wire: WireReply, to request: String, redaction: Redaction) {
        self.wire = wire
        self.request = request
        self.redaction = redaction
    }

    /// The value under `data`; a null counts as none.
    ///
    /// - Throws: ``ProxmoxError``.
    func value<Value: Decodable>(_ type: Value.Type) throws -> Value? {
        guard (200..<300).contains(wire.status) else { throw refusal }
        do {
            return try JSONDecoder().decode(Success<Value>.self, from: Data(wire.body)).data
        } catch {
            throw ProxmoxError(
                kind: .malformed, request: request, words: "the answer cannot be read: \(plain(Self.reason(error)))")
        }
    }

    private var refusal: ProxmoxError {
        let failure = try? JSONDecoder().decode(Failure.self, from: Data(wire.body))
        let raw = String(decoding: wire.body.prefix(Self.quotation), as: UTF8.self)
        let words = failure.map { $0.message ?? "" } ?? raw
        var parameters: [String: String] = [:]
        for (name, text) in (failure?.errors ?? [:]).prefix(32) { parameters[plain(name)] = plain(text.value ?? "") }
        return ProxmoxError(
            kind: .refused(wire.status), request: request,
            words: "the server refused with \(wire.status)" + (plain(words).isEmpty ? "" : ": \(plain(words))"),
            parameters: parameters)
    }

    private func plain(_ text: String) -> String {
        // A secret that the quotation's end would cut in two could not be found any more.
        let line = TerminalText.plain(String(redaction.plain(text).prefix(Self.quotation)))
        return line.trimmingCharacters(in: .whitespaces)
    }

    private static func reason(_ error: any Error) -> String {
        switch error {
        case DecodingError.keyNotFound(let key, let context): "\(place(context)) has no '\(key.stringValue)'"
        case DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context),
            DecodingError.dataCorrupted(let context):
            "\(place(context)): \(context.debugDescription)"
        default: "\(error)"
        }
    }

    private static func place(_ context: DecodingError.Context) -> String {
        let path = context.codingPath.map { $0.intValue.map(String.init) ?? $0.stringValue }.joined(separator: ".")
        return path.isEmpty ? "it" : path
    }

    private struct Success<Value: Decodable>: Decodable {
        let data: Value?
    }

    private struct Failure: Decodable {
        let message: String?
        let errors: [String: LooseText]?
    }
}
