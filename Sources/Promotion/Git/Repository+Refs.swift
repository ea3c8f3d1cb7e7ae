internal import HostSystem

/// A ref and what it points to.
struct Ref: Sendable {
    /// Its full name: `refs/tags/golden/v1.2.0`.
    let name: String
    /// The object that it points to: for an annotated tag the tag object, not the commit.
    let header: ObjectReader.Header

    /// The name of a tag without `refs/tags/`.
    var tagName: String { String(name.dropFirst("refs/tags/".count)) }
}

extension Repository {
    /// The refs under some names, sorted by name: `refs/tags/`.
    func refs(under names: [String]) async throws -> [Ref] {
        let format = "--format=%(objectname) %(objecttype) %(objectsize) %(refname)"
        let output = try await git(
            ["for-each-ref", format] + names, environment: ["GIT_NO_REPLACE_OBJECTS": "1"])
        return output.standardOutput.split(separator: UInt8(ascii: "\n")).compactMap { line in
            let words = line.split(separator: UInt8(ascii: " "), maxSplits: 3).map {
                String(decoding: $0, as: UTF8.self)
            }
            guard words.count == 4, let id = ObjectID(words[0]), let size = Int(words[2]) else { return nil }
            return Ref(name: words[3], header: ObjectReader.Header(id: id, type: words[1], size: size))
        }
    }

    /// A text that stays the same for the repository that people mean: its remote's address, or its own place without one.
    func identity() async throws -> String {
        let remotes = try await remoteAddresses()
        if let address = remotes["origin"] ?? remotes.min(by: { $0.key < $1.key })?.value {
            // A job's token in it is another one each time.
            let isWeb = ["https://", "http://"].contains { address.hasPrefix($0) }
            return "remote \(isWeb ? RepositoryAddress.withoutCredentials(address) ?? address : address)"
        }
        return "folder " + (try await git(["rev-parse", "--path-format=absolute", "--git-common-dir"]).text)
    }

    /// The addresses of the remotes by their names.
    private func remoteAddresses() async throws -> [String: String] {
        var addresses: [String: String] = [:]
        for (key, value) in try await settings(under: ["remote."]) where key.hasSuffix(".url") {
            addresses[String(key.dropFirst("remote.".count).dropLast(".url".count))] = value
        }
        return addresses
    }

    /// git's settings whose keys begin in one of these ways, in git's order; a key alone is `true` (`git-config(1)`).
    func settings(under prefixes: [String]) async throws -> [(key: String, value: String)] {
        // Asked for a pattern, git would say by its status that nothing matches; so it lists everything.
        try await git(["config", "--null", "--list"]).standardOutput.split(separator: 0).compactMap { setting in
            let parts = String(decoding: setting, as: UTF8.self).split(
                separator: "\n", maxSplits: 1, omittingEmptySubsequences: false)
            guard prefixes.contains(where: { parts[0].hasPrefix($0) }) else { return nil }
            return (String(parts[0]), parts.count == 2 ? String(parts[1]) : "true")
        }
    }
}
