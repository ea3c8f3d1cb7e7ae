package import Attestation
internal import Foundation
internal import HostSystem
package import Promotion
internal import SystemPackage

extension LedgerFixture {
    /// The text of a tag object, without a signature.
    package func tagText(
        _ name: String, _ message: String, by person: String = "ada", day: Double = 0, commit: ObjectID? = nil
    ) -> String {
        let seconds = Int(Self.start.timeIntervalSince1970 + day * 86400)
        return """
            object \(commit ?? self.commit)
            type commit
            tag \(name)
            tagger \(person) <\(person)@example.org> \(seconds) +0000

            \(message)
            """
    }

    /// A signature over a text, by the real `ssh-keygen`.
    package func signature(over text: [UInt8], by person: String) async throws -> [UInt8] {
        try await Program.run(
            "ssh-keygen", ["-q", "-Y", "sign", "-n", "git", "-f", key(person).string], input: text,
            deadline: .seconds(20)
        ).standardOutput
    }

    /// Stores bytes as a tag object, well-formed or not.
    package func store(_ bytes: [UInt8]) async throws -> ObjectID {
        let text = try await repository.git(
            ["hash-object", "-t", "tag", "-w", "--literally", "--stdin"], input: bytes
        ).text
        guard let id = ObjectID(text) else { throw FixtureError(description: "no id: \(text)") }
        return id
    }

    /// Points a ref to an object.
    package func point(_ ref: String, to id: ObjectID) async throws {
        try await repository.git(["update-ref", ref, id.hex])
    }

    /// Deletes a tag.
    package func delete(_ tag: String) async throws {
        try await repository.git(["update-ref", "-d", "refs/tags/\(tag)"])
    }

    /// Makes a tag, signed by `person` unless somebody else or nobody is named.
    ///
    /// - Parameters:
    ///   - day: When, in days after ``start``.
    ///   - signer: Who signs; `nobody` for no signature.
    ///   - ref: The tag's ref, if it is another than its name.
    @discardableResult
    package func tag(
        _ name: String, _ message: String, by person: String = "ada", day: Double = 0, signer: String? = nil,
        ref: String? = nil, commit: ObjectID? = nil
    ) async throws -> ObjectID {
        var bytes = Array(tagText(name, message, by: person, day: day, commit: commit).utf8)
        if signer != "nobody" { bytes += try await signature(over: bytes, by: signer ?? person) }
        let id = try await store(bytes)
        try await point("refs/tags/\(ref ?? name)", to: id)
        return id
    }

    /// Puts a release into a channel, and moves the channel's lock.
    @discardableResult
    package func place(
        _ version: String, _ channel: Channel = .dev, turn: Int = 1, after previous: ObjectID? = nil, day: Double = 0,
        signer: String? = nil, release: ReleaseIdentity? = nil, rollsBack: TagName? = nil, series: String = series,
        locks: Bool = true
    ) async throws -> ObjectID {
        let name = TagName(series: series, version: version, claim: .placement(channel, turn: turn))
        let message = try TagMessage.placement(
            name, of: release ?? self.release(version), previous: previous, rollsBack: rollsBack,
            reason: rollsBack.map { "\($0.version) does not boot" })
        let id = try await tag("\(name)", "\(message)", day: day, signer: signer)
        if locks { try await point("refs/imagefactory/\(series)/\(channel.rawValue)", to: id) }
        return id
    }
}
