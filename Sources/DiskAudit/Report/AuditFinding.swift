/// Something on a disk that no image should carry.
package struct AuditFinding: Sendable, Codable, Equatable {
    /// The check that found it: `secrets`, `ssh-host-keys`.
    package let check: String
    /// Its kind, as a template allows it: `github-token`; of most checks the check's own name.
    package let kind: String
    /// What it is, for people; never the thing itself.
    package let title: String
    /// The file that it is in; nil if it is in none, or nobody knows in which.
    package var path: String?
    /// The part of the disk that it is on, and its offset there: `partition 2, offset 8192`; nil if the file alone is known.
    package var place: String?
    /// Its offset on the whole disk, in bytes.
    package let offset: Int64?
    /// The first digits of a secret's SHA-256, to tell whether two are the same; nil for what could be guessed from them.
    package let fingerprint: String?
    /// What to do.
    package let advice: String

    package init(
        check: String, kind: String? = nil, title: String, path: String? = nil, offset: Int64? = nil,
        fingerprint: String? = nil, advice: String
    ) {
        self.check = check
        self.kind = kind ?? check
        self.title = title
        self.path = path
        self.offset = offset
        self.fingerprint = fingerprint
        self.advice = advice
    }

    /// Where it is, for people.
    package var location: String {
        let parts = [path, place, offset.flatMap { place == nil ? "offset \($0) of the disk" : nil }].compactMap(\.self)
        return parts.isEmpty ? "the whole disk" : parts.joined(separator: " at ")
    }
}
