package import HostSystem
package import SystemPackage

/// What cloud-init tells a machine about itself at its first boot (NoCloud: a volume labelled `cidata`).
package struct CloudSeed: Sendable, Hashable {
    /// The longest user-data, as cloud-init's own data sources have it.
    package static let userDataLimit = ByteCount.mebibytes(1)

    /// The longest ISO of a seed.
    static let imageLimit = ByteCount.mebibytes(16)

    /// The public keys that the image's usual user lets in.
    package var keys: [String]
    /// The user-data of somebody; nil for none but an empty one.
    package var userData: String?
    /// The network's configuration; nil to leave it to cloud-init, which asks for an address by DHCP.
    package var networkConfiguration: String?

    /// Where seeds are made, in folders with ``scratchPrefix``.
    package static let workshop: FilePath = "/var/tmp"
    /// The prefix of the folders in which seeds are made.
    package static let scratchPrefix = "if-seed"

    private static let deadline: Duration = .seconds(30)

    /// A seed.
    package init(keys: [String] = [], userData: String? = nil, networkConfiguration: String? = nil) {
        self.keys = keys
        self.userData = userData
        self.networkConfiguration = networkConfiguration
    }

    /// The digest of what it says, without what is each machine's own.
    package var digest: Digest {
        let parts = keys.sorted() + [userData ?? "", networkConfiguration ?? ""]
        return Digest.of(parts.map { "\($0.utf8.count):\($0)" }.joined())
    }

    /// The keys in a file as `ssh-keygen` writes it, and as `authorized_keys` is.
    ///
    /// - Throws: ``CloudSeedError``, `Errno`.
    package static func keys(in file: FilePath) throws -> [String] {
        let lines = try file.readText(limit: .mebibytes(1)).split(whereSeparator: \.isNewline).map(String.init)
        let keys = lines.filter { !$0.hasPrefix("#") && !$0.allSatisfy(\.isWhitespace) }
        guard !keys.isEmpty, keys.allSatisfy(isPublicKey) else { throw CloudSeedError.noKeys(file) }
        return keys
    }

    private static func isPublicKey(_ line: String) -> Bool {
        line.wholeMatch(of: /(ssh|ecdsa|sk)-[a-z0-9@.\-]+ [A-Za-z0-9+\/=]+( [ -~]*)?/) != nil
    }

    /// The seed's `meta-data`; a machine that is made anew under the same name is another instance.
    func metaData(name: String, instance: String) -> String {
        var text = "instance-id: \(name)-\(instance)\nlocal-hostname: \(name)\n"
        guard !keys.isEmpty else { return text }
        text += "public-keys:\n"
        for key in keys { text += "  - \"\(key.replacing("\\", with: "\\\\").replacing("\"", with: "\\\""))\"\n" }
        return text
    }

    /// The seed in an ISO that ``withImage(name:instance:_:)`` made.
    static func read(_ image: FilePath) async throws -> CloudSeed {
        try await withFiles(of: image) { text in
            let userData = try text("user-data")
            return CloudSeed(
                keys: (try text(keysName) ?? "").split(whereSeparator: \.isNewline).map(String.init),
                userData: userData == emptyUserData ? nil : userData, networkConfiguration: try text("network-config"))
        }
    }

    /// Whether an ISO is the seed of a machine; what is no seed of ours is nobody's.
    static func isSeed(_ image: FilePath, name: String, instance: String) async -> Bool {
        let isOurs = try? await withFiles(of: image) { text in
            try text(keysName) != nil && text("meta-data")?.hasPrefix("instance-id: \(name)-\(instance)\n") == true
        }
        return isOurs == true
    }

    /// Lends the texts of an ISO's files, by name.
    private static func withFiles<Result>(
        of image: FilePath, _ body: ((_ name: String) throws -> String?) throws -> Result
    ) async throws -> Result {
        try await withScratchFolder(in: workshop, prefix: scratchPrefix) { folder in
            let content = folder.appending("content")
            try await Program.run(
                "xorriso", ["-osirrox", "on", "-indev", image.string, "-extract", "/", content.string],
                deadline: deadline)
            return try body { name in
                let file = content.appending(name)
                return file.exists ? try file.readText(limit: userDataLimit) : nil
            }
        }
    }

    /// A file that cloud-init does not look at, by which the keys are read back.
    private static let keysName = "imagefactory-keys"
    private static let emptyUserData = "#cloud-config\n"

    /// Removes what killed processes left of seeds, which may hold secrets.
    static func removeAbandoned() async {
        for path in Temporary.abandoned(in: workshop, prefixes: [scratchPrefix]) {
            _ = try? await Temporary.removeAbandoned(path)
        }
    }

    /// Lends an ISO with the seed of a machine; only its owner can read it, as user-data may hold secrets.
    func withImage(name: String, instance: String, _ body: (FilePath) async throws -> Void) async throws {
        try await withScratchFolder(in: Self.workshop, prefix: Self.scratchPrefix) { folder in
            let content = folder.appending("content")
            try content.createFolder(mode: .privateFolder)
            let metaData = metaData(name: name, instance: instance)
            try content.appending("meta-data").write(metaData.utf8, mode: .privateFile)
            try content.appending("user-data").write((userData ?? Self.emptyUserData).utf8, mode: .privateFile)
            try content.appending(Self.keysName).write(
                keys.map { $0 + "\n" }.joined().utf8, mode: .privateFile)
            if let networkConfiguration {
                try content.appending("network-config").write(networkConfiguration.utf8, mode: .privateFile)
            }
            let image = folder.appending("seed.iso")
            try await Program.run(
                "xorriso",
                [
                    "-as", "mkisofs", "-quiet", "-volid", "cidata", "-joliet", "-rock", "-output", image.string,
                    content.string,
                ],
                deadline: Self.deadline)
            try await body(image)
        }
    }
}

/// Why a seed cannot be made.
package enum CloudSeedError: Error, CustomStringConvertible {
    /// A file holds something else than public keys.
    case noKeys(FilePath)

    package var description: String {
        switch self {
        case .noKeys(let file):
            "\(file) holds no SSH public keys, or other lines too; name a file such as ~/.ssh/id_ed25519.pub"
        }
    }
}
