internal import Attestation

/// What a good tag of the ledger says.
package enum LedgerEntry: Sendable, Hashable {
    /// It asks for a build.
    case request(BuildRequest)
    /// It puts a release into a channel.
    case placement(Placement)
    /// It agrees to a promotion.
    case approval(Approval)
    /// It takes a release back.
    case revocation(Revocation)

    /// Reads a tag object by itself: its name, and its trailers against the name. The rules that hold between tags are
    /// the ``LedgerReader``'s. Who asks for a build may do so by git alone, with any text and no trailer of the ledger.
    ///
    /// - Parameters:
    ///   - id: The object's id.
    ///   - signer: Who signed it, for whom that was verified.
    package init(_ object: TagObject, id: ObjectID, signer: String?) throws(LedgerEntryError) {
        guard let name = TagName(object.name) else { throw .name }
        guard object.targetType == "commit" else { throw .target(object.targetType) }
        let tag = LedgerTag(
            name: name, id: id, commit: object.target, tagger: object.tagger, date: object.date, signer: signer)
        let message: TagMessage?
        do { message = try TagMessage(object.message) } catch {
            guard name.claim == .request, error == .noTrailers || error == .form else { throw .message(error) }
            message = nil
        }
        guard let message, name.claim != .request || message.trailers.contains(where: { $0.anyCaseKey != nil }) else {
            self = .request(BuildRequest(tag: tag, template: nil))
            return
        }
        let reader = TrailerReader(message: message)
        try reader.expect(.version, name.version)
        switch name.claim {
        case .request:
            try reader.allow([.template, .version])
            self = .request(BuildRequest(tag: tag, template: try reader.template()))
        case .placement(let channel, _):
            try reader.expect(.channel, channel.rawValue)
            self = .placement(try reader.placement(tag, in: channel))
        case .approval(let channel, _):
            try reader.expect(.channel, channel.rawValue)
            try reader.allow(TrailerReader.identityKeys + [.channel, .previous])
            self = .approval(
                Approval(
                    tag: tag, channel: channel, release: try reader.identity(), previous: try reader.previous()))
        case .revocation:
            try reader.allow(TrailerReader.identityKeys + [.previous, .reason])
            self = .revocation(
                Revocation(
                    tag: tag, release: try reader.identity(), reason: try reader.value(.reason),
                    previous: try reader.previous()))
        }
    }

    /// The same with a signer.
    func signed(by signer: String) -> LedgerEntry {
        switch self {
        case .request(var request):
            request.tag.signer = signer
            return .request(request)
        case .placement(var placement):
            placement.tag.signer = signer
            return .placement(placement)
        case .approval(var approval):
            approval.tag.signer = signer
            return .approval(approval)
        case .revocation(var revocation):
            revocation.tag.signer = signer
            return .revocation(revocation)
        }
    }

    /// The tag.
    package var tag: LedgerTag {
        switch self {
        case .request(let request): request.tag
        case .placement(let placement): placement.tag
        case .approval(let approval): approval.tag
        case .revocation(let revocation): revocation.tag
        }
    }

    /// The template that it names; nil for a request that names none.
    package var template: String? {
        switch self {
        case .request(let request): request.template
        default: release?.template
        }
    }

    /// The bytes that it speaks of; nil for a request, which comes before them.
    package var release: ReleaseIdentity? {
        switch self {
        case .request: nil
        case .placement(let placement): placement.release
        case .approval(let approval): approval.release
        case .revocation(let revocation): revocation.release
        }
    }

    /// The tag object before this one in its chain; nil for the first, and for a request, which has no chain.
    package var previous: ObjectID? {
        switch self {
        case .request: nil
        case .placement(let placement): placement.previous
        case .approval(let approval): approval.previous
        case .revocation(let revocation): revocation.previous
        }
    }
}

/// Why a tag object by itself is no good tag of the ledger.
package enum LedgerEntryError: Error, Equatable, CustomStringConvertible {
    /// Its own name is none of the ledger's.
    case name
    /// It points to something else than a commit.
    case target(String)
    /// Its message is none.
    case message(TagMessageError)
    /// A trailer is missing.
    case missing(Trailer.Key)
    /// A trailer has no value of its form.
    case value(Trailer.Key)
    /// A trailer belongs to another kind of tag.
    case notHere(Trailer.Key)
    /// A trailer says another thing than the tag's name.
    case contradiction(Trailer.Key)

    package var description: String {
        switch self {
        case .name: "its own name is not one of the ledger, such as golden/v1.2.0-prod"
        case .target(let type): "it points to a \(type); a tag of the ledger points to a commit"
        case .message(let error): error.description
        case .missing(let key): "it has no trailer '\(key.rawValue)'"
        case .value(let key): "its trailer '\(key.rawValue)' does not have the form of one"
        case .notHere(let key): "its trailer '\(key.rawValue)' belongs to another kind of tag"
        case .contradiction(let key): "its trailer '\(key.rawValue)' says another thing than its name"
        }
    }
}
