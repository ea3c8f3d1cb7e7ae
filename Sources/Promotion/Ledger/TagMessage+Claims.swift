internal import Attestation
package import HostSystem

/// What each kind of tag says; ``LedgerEntry`` reads it back.
extension TagMessage {
    /// The message of a tag that asks for a build.
    package static func request(_ name: TagName, template: String) throws(TagMessageError) -> TagMessage {
        try TagMessage(
            subject: "Build \(template) \(name.version)",
            trailers: [Trailer(.template, template), Trailer(.version, name.version)])
    }

    /// The message of a tag that puts a release into a channel; `name` must be one of a placement.
    ///
    /// - Parameters:
    ///   - previous: The tag object of the channel's newest placement; nil while it has none.
    ///   - rollsBack: The placement that a rollback undoes.
    ///   - reason: Why, in one line; a rollback needs it.
    ///   - verification: The digest of the verification summary that the gate left.
    ///   - isUnverified: Whether nobody verified the release's evidence.
    package static func placement(
        _ name: TagName, of release: ReleaseIdentity, previous: ObjectID?, rollsBack: TagName? = nil,
        reason: String? = nil, verification: Digest? = nil, isUnverified: Bool = false
    ) throws(TagMessageError) -> TagMessage {
        guard case .placement(let channel, _) = name.claim else { throw .claim }
        let subject =
            rollsBack == nil
            ? "Put \(release.template) \(name.version) into \(channel.rawValue)"
            : "Roll \(channel.rawValue) back to \(release.template) \(name.version)"
        var trailers = [Trailer(.channel, channel.rawValue)] + identity(release) + [link(previous)]
        if let rollsBack { trailers.append(Trailer(.rollsBack, rollsBack)) }
        if let reason { trailers.append(Trailer(.reason, reason)) }
        if let verification { trailers.append(Trailer(.verification, verification)) }
        if isUnverified { trailers.append(Trailer(.unverified, "yes")) }
        return try TagMessage(subject: subject, trailers: trailers)
    }

    /// The message of a tag that agrees to a promotion; `name` must be one of an approval.
    ///
    /// - Parameter previous: The tag object of the series' newest approval; nil while it has none.
    package static func approval(
        _ name: TagName, of release: ReleaseIdentity, previous: ObjectID?
    ) throws(TagMessageError) -> TagMessage {
        guard case .approval(let channel, _) = name.claim else { throw .claim }
        return try TagMessage(
            subject: "Approve \(release.template) \(name.version) for \(channel.rawValue)",
            trailers: [Trailer(.channel, channel.rawValue)] + identity(release) + [link(previous)])
    }

    /// The message of a tag that takes a release back; `name` must be one of a revocation.
    ///
    /// - Parameter previous: The tag object of the series' newest revocation; nil while it has none.
    package static func revocation(
        _ name: TagName, of release: ReleaseIdentity, reason: String, previous: ObjectID?
    ) throws(TagMessageError) -> TagMessage {
        guard name.claim == .revocation else { throw .claim }
        return try TagMessage(
            subject: "Revoke \(release.template) \(name.version)",
            trailers: identity(release) + [link(previous), Trailer(.reason, reason)])
    }

    private static func identity(_ release: ReleaseIdentity) -> [Trailer] {
        let images = release.images.sorted { $0.key < $1.key }
        return [
            Trailer(.template, release.template), Trailer(.version, release.version),
            Trailer(.release, release.release), Trailer(.evidence, release.evidence),
        ] + images.map { Trailer(.image, "\($0) \($1)") }
    }

    private static func link(_ previous: ObjectID?) -> Trailer {
        Trailer(.previous, previous?.hex ?? "none")
    }
}
