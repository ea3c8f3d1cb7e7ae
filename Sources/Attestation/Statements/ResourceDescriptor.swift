package import HostSystem

/// A file or another thing that a statement names: an in-toto resource descriptor, version 1.
package struct ResourceDescriptor: Codable, Sendable, Equatable {
    /// Its name among its like: `web-v1.2.0.qcow2`.
    package var name: String?
    /// What it is, wherever it lies: `pkg:deb/debian/openssl@3.0.19`.
    package var uri: String?
    /// Its digests, by algorithm: `sha256`, `gitCommit`.
    package var digest: [String: String]
    /// Where it can be fetched.
    package var downloadLocation: String?
    /// What kind of content it has.
    package var mediaType: String?
    /// What else is to be said of it.
    package var annotations: [String: JSONValue]?

    /// A thing.
    package init(
        name: String? = nil, uri: String? = nil, digest: [String: String] = [:], downloadLocation: String? = nil,
        mediaType: String? = nil, annotations: [String: JSONValue]? = nil
    ) {
        self.name = name
        self.uri = uri
        self.digest = digest
        self.downloadLocation = downloadLocation
        self.mediaType = mediaType
        self.annotations = annotations
    }

    /// A file by its SHA-256.
    package init(name: String, sha256: Digest, mediaType: String? = nil) {
        self.init(name: name, digest: ["sha256": sha256.hex], mediaType: mediaType)
    }

    /// Its SHA-256; nil if none is given.
    package var sha256: Digest? {
        digest["sha256"].flatMap { Digest(hex: $0) }
    }

    package init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        name = try fields.decodeIfPresent(String.self, forKey: .name)
        uri = try fields.decodeIfPresent(String.self, forKey: .uri)
        digest = try fields.decodeIfPresent([String: String].self, forKey: .digest) ?? [:]
        downloadLocation = try fields.decodeIfPresent(String.self, forKey: .downloadLocation)
        mediaType = try fields.decodeIfPresent(String.self, forKey: .mediaType)
        annotations = try fields.decodeIfPresent([String: JSONValue].self, forKey: .annotations)
    }

    package func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: CodingKeys.self)
        try fields.encodeIfPresent(name, forKey: .name)
        try fields.encodeIfPresent(uri, forKey: .uri)
        if !digest.isEmpty { try fields.encode(digest, forKey: .digest) }
        try fields.encodeIfPresent(downloadLocation, forKey: .downloadLocation)
        try fields.encodeIfPresent(mediaType, forKey: .mediaType)
        try fields.encodeIfPresent(annotations, forKey: .annotations)
    }

    private enum CodingKeys: String, CodingKey {
        case name, uri, digest, downloadLocation, mediaType, annotations
    }
}
