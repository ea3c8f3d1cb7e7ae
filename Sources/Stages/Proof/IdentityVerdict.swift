internal import HostSystem
internal import Pipeline

/// Whether two clones differ from each other, and from the system that they come from, in one kind of identity.
struct IdentityVerdict: Sendable, Codable, Equatable {
    /// What was found.
    enum Finding: String, Sendable, Codable {
        /// Each clone has its own.
        case different
        /// Both clones have the same.
        case shared
        /// A clone has what the system had before the seal.
        case leftover
        /// A clone has none, and cannot be without.
        case missing
        /// Neither clone has any: nothing that would have one is installed.
        case absent
    }

    /// The kind.
    let kind: IdentityKind
    /// What was found of it.
    let finding: Finding
    /// Whether clones must differ in it.
    let isRequired: Bool
    /// Where the clones have what they share, or what is left over.
    let items: [String]

    /// Judges all kinds.
    ///
    /// - Parameters:
    ///   - clones: What was found in clones that ran at the same time.
    ///   - build: What the system had before its seal; nil if that was not recorded.
    ///   - declared: What the template wants of its clones beside the usual.
    static func judge(
        clones: [IdentityRecord], build: IdentityRecord?, declared: Set<Template.Identity>
    ) -> [IdentityVerdict] {
        IdentityKind.allCases.map { kind in
            let isRequired = kind.isRequired(beside: declared)
            func verdict(_ finding: Finding, _ items: [IdentityRecord.Item] = []) -> IdentityVerdict {
                IdentityVerdict(
                    kind: kind, finding: finding, isRequired: isRequired, items: Set(items.map(\.name)).sorted())
            }
            let found = clones.map { record in record.items.filter { $0.kind == kind } }
            let known = Set((build?.items ?? []).filter { $0.kind == kind }.map(\.digest))
            let leftovers = found.joined().filter { known.contains($0.digest) }
            if !leftovers.isEmpty { return verdict(.leftover, leftovers) }
            // Within one clone, two files may hold the same.
            let owners = found.flatMap { Set($0.map(\.digest)) }.reduce(into: [Digest: Int]()) {
                $0[$1, default: 0] += 1
            }
            let shared = found.joined().filter { owners[$0.digest, default: 0] > 1 }
            if !shared.isEmpty { return verdict(.shared, shared) }
            let isWanted = clones.contains { $0.wanted.contains(kind) }
            if isWanted, found.contains(where: \.isEmpty) { return verdict(.missing) }
            return verdict(found.allSatisfy(\.isEmpty) ? .absent : .different)
        }
    }

    /// What is wrong; nil if nothing is, or if the template does not mind.
    var failure: String? {
        guard isRequired else { return nil }
        let places = items.prefix(5).joined(separator: ", ")
        return switch finding {
        case .different, .absent: nil
        case .shared: "two clones have the same \(kind.rawValue): \(places)"
        case .leftover: "a clone has the \(kind.rawValue) of the system that it was made from: \(places)"
        case .missing: "a clone has no \(kind.rawValue)"
        }
    }

    /// What is to be said although nothing is wrong; nil if nothing is.
    var remark: String? {
        switch finding {
        case .different: nil
        case .absent: "absent: nothing on the disk has one"
        case .shared, .leftover, .missing: isRequired ? nil : "shared, since the template does not want it per clone"
        }
    }
}
