package import HostSystem

/// Takes secrets out of what is logged and shown.
package struct Redactor: Sendable {
    /// What stands in a secret's place.
    static let mark = "<redacted>"
    private let secrets: [[UInt8]]
    private var pending: [UInt8] = []

    /// Takes these secrets out; none is shorter than ``Secret/shortest``.
    package init(_ secrets: [Secret] = []) {
        // A secret may begin with another one; the longest comes first.
        self.secrets = secrets.map { Array($0.reveal().utf8) }.filter { $0.count >= Secret.shortest }
            .sorted { $0.count > $1.count }
    }

    /// The text without secrets.
    package func text(_ text: String) -> String {
        secrets.isEmpty ? text : String(decoding: bytes(Array(text.utf8)), as: UTF8.self)
    }

    /// The bytes without secrets.
    package func bytes(_ bytes: [UInt8]) -> [UInt8] {
        guard !secrets.isEmpty else { return bytes }
        var redactor = Redactor(secrets: secrets)
        return redactor.next(bytes) + redactor.end()
    }

    /// The next block of a stream without secrets; what may be the beginning of one is held back until it is known.
    package mutating func next(_ block: some Sequence<UInt8>) -> [UInt8] {
        guard !secrets.isEmpty else { return Array(block) }
        var result: [UInt8] = []
        for byte in block {
            pending.append(byte)
            settle(into: &result, mayGoOn: true)
        }
        return result
    }

    /// The end of a stream: what was held back.
    package mutating func end() -> [UInt8] {
        var result: [UInt8] = []
        settle(into: &result, mayGoOn: false)
        return result
    }

    private init(secrets: [[UInt8]]) {
        self.secrets = secrets
    }

    /// Lets go of the pending bytes up to the first that may begin a secret, and replaces a secret that is whole; the
    /// longest counts.
    private mutating func settle(into result: inout [UInt8], mayGoOn: Bool) {
        while !pending.isEmpty {
            if mayGoOn, secrets.contains(where: { $0.count > pending.count && $0.starts(with: pending) }) { return }
            if let secret = secrets.first(where: { pending.starts(with: $0) }) {
                result += Self.mark.utf8
                pending.removeFirst(secret.count)
            } else {
                result.append(pending.removeFirst())
            }
        }
    }
}
