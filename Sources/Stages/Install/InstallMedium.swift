internal import Attestation
internal import Foundation
package import HostSystem
internal import InstallMedia
package import Pipeline
package import SystemPackage

/// The installer ISO of a build: found, fetched or made, its digest checked, and what it is read from its own files.
package actor InstallMedium {
    private let source: Template.ISO.Source
    private let checksum: Template.ISO.Checksum?
    private let cache: FilePath
    private let state: FilePath
    private var fetched: FilePath?
    private var known: MediumIdentity?

    /// The medium that a template names, or the ISO at `path` in its place.
    package init(iso: Template.ISO, override path: FilePath?, state: StateFolder) {
        source = path.map { .path($0.absolute) } ?? iso.source
        checksum = path == nil ? iso.checksum : nil
        cache = Self.cache(in: state)
        self.state = state.root
    }

    /// The ISO's digest if it can be told now; nil while the ISO must be fetched or made first.
    func digest() async throws -> Digest? {
        switch source {
        case .path(let path):
            try Self.expectFile(path)
            return try await DigestMemory(state: state).digest(of: path)
        case .url(let url):
            let path = download(url)
            return path.exists ? try await DigestMemory(state: state).digest(of: path) : nil
        case .lab(let name, let root):
            guard let path = try lab(name, root).cached(in: cache) else { return nil }
            return try await DigestMemory(state: state).digest(of: path)
        }
    }

    /// Throws if the ISO must be on this host already and is not; reads nothing of it.
    func expectPresence() throws {
        guard case .path(let path) = source else { return }
        try Self.expectFile(path)
    }

    private static func expectFile(_ path: FilePath) throws {
        guard path.exists else { throw MediumError.missing(path: path) }
        guard !path.isFolder else { throw MediumError.folder(path: path) }
    }

    /// The ISO, on this host and checked.
    func fetch(report: @escaping @Sendable (String) -> Void) async throws -> FilePath {
        if let fetched { return fetched }
        var path = try await find(report: report)
        do {
            try await check(path)
        } catch let error as MediumError {
            guard case .url(let url) = source, case .wrongDigest(_, _, let actual) = error else { throw error }
            // What a broken download, or an older one, left in the cache would be wrong in every build to come.
            report("\(path) is not the ISO that the template names; fetching it once more")
            try await Download(url: url, target: download(url)).discard(actual, report: report)
            path = try await find(report: report)
            try await check(path)
        }
        fetched = path
        return path
    }

    private func find(report: @escaping @Sendable (String) -> Void) async throws -> FilePath {
        switch source {
        case .path(let path):
            try Self.expectFile(path)
            return path
        case .url(let url): return try await Download(url: url, target: download(url)).run(report: report)
        case .lab(let name, let root):
            return try await lab(name, root).build(in: cache, refresh: false, report: report)
        }
    }

    /// What the medium is; it must be on this host.
    func identity() async throws -> MediumIdentity {
        if let known { return known }
        let path = try await fetch(report: { _ in })
        let iso = try await InstallerISO.inspect(path)
        let identity = MediumIdentity(
            sha256: try await DigestMemory(state: state).digest(of: path), name: iso.info, version: iso.version)
        known = identity
        return identity
    }

    private func check(_ path: FilePath) async throws {
        guard let checksum else { return }
        let expected: Digest
        switch checksum {
        case .digest(let digest): expected = digest
        case .file(let file): expected = try ChecksumFile(reading: file).digest
        case .url(let url):
            let target = cache.appending("\(Digest.of(url).short).sha256")
            try target.remove()
            expected = try ChecksumFile(reading: try await Download(url: url, target: target).run(report: { _ in }))
                .digest
        }
        let actual = try await DigestMemory(state: state).digest(of: path)
        guard actual == expected else {
            throw MediumError.wrongDigest(path: path, expected: expected, actual: actual)
        }
    }

    /// Where downloads and made ISOs lie.
    package static func cache(in state: StateFolder) -> FilePath {
        state.cache.appending("iso")
    }

    private func download(_ url: String) -> FilePath {
        cache.appending("\(Digest.of(url).short).iso")
    }

    private func lab(_ name: String, _ root: Template.ISO.LabRoot) throws -> LabISO {
        guard let distribution = LabISO.Distribution(rawValue: name) else { throw MediumError.noLab(name: name) }
        let fileSystem: LabISO.FileSystem =
            switch root {
            case .ext4: .ext4
            case .zfs: .zfs
            }
        return LabISO(distribution, root: fileSystem)
    }
}

/// Why there is no medium to install from.
package enum MediumError: Error, CustomStringConvertible {
    /// The file is not there.
    case missing(path: FilePath)
    /// A folder was named in place of a file.
    case folder(path: FilePath)
    /// The file is not the one that is wanted.
    case wrongDigest(path: FilePath, expected: Digest, actual: Digest)
    /// There is no lab ISO of this distribution.
    case noLab(name: String)
    /// The address gives nothing.
    case unreachable(url: String, message: String)

    package var description: String {
        switch self {
        case .missing(let path):
            """
            there is no installer ISO at \(path)
            next: put the kldload ISO there, or name one with --iso PATH; 'lab-debian13' needs none
            """
        case .folder(let path): "\(path) is a folder; name the installer's .iso file"
        case .wrongDigest(let path, let expected, let actual):
            """
            \(path) is not the ISO that the template names, or it is damaged
              > expected \(expected)
              > found    \(actual)
            next: fetch the ISO again, or correct 'sha256' in the template
            """
        case .noLab(let name):
            "there is no lab ISO of '\(name)'; there are "
                + LabISO.Distribution.allCases.map(\.rawValue).joined(separator: ", ")
        case .unreachable(let url, let message): "\(url) cannot be fetched: \(message)"
        }
    }
}
