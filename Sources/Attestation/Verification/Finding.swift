/// A reason why a release is not to be trusted: which file, what is wrong with it, and what to do.
package struct Finding: Error, Sendable, Hashable, Encodable, CustomStringConvertible {
    /// The file's name in its folder, as it was found: it may be anything.
    package let file: String
    /// What kind of reason it is; control flow goes by this.
    package let kind: Kind
    /// What is wrong, to be read behind the file's name.
    package let detail: String

    /// A reason; `detail` may quote what others wrote, and is cut to what a person can read.
    init(_ kind: Kind, _ file: String, _ detail: String) {
        self.file = file
        self.kind = kind
        self.detail = detail.count > 400 ? detail.prefix(400) + "…" : detail
    }

    /// What to do about it.
    package var advice: String { kind.advice }

    package var description: String { "\(file): \(detail); \(advice)" }

    package func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: CodingKeys.self)
        try fields.encode(file, forKey: .file)
        try fields.encode(kind, forKey: .kind)
        try fields.encode(detail, forKey: .detail)
        try fields.encode(advice, forKey: .advice)
    }

    private enum CodingKeys: String, CodingKey {
        case file, kind, detail, advice
    }
}
