package import HostSystem
package import SystemPackage

/// A small installer ISO with kldload's interface, made from a distribution's own packages.
///
/// It stands in for the real medium, which is large and cannot be had everywhere: same label, boot, seed, answers, refusals,
/// log lines, status files and ends (kldload contract, section 9), but nothing except the one distribution.
///
/// The installed system lies on ext4, which is quick to make, or on ZFS with the datasets of the real one. There, as Debian
/// has no ZFSBootMenu, systemd's boot loader starts a kernel that lies on the ESP with its initramfs, and snapshots of the root are
/// not found in its menu. ZFS's modules are not built in the installed system but once for the medium, so that the system
/// carries no compiler, and its kernel is not replaced by a newer one.
///
/// Two roots are made with mmdebstrap, the live system's and the one that is installed, and kept in the cache by
/// their own keys; a change in the installer's scripts only makes the medium around them anew.
package struct LabISO: Sendable {
    /// What a lab ISO can install.
    package enum Distribution: String, CaseIterable, Sendable {
        case debian13
    }

    /// What the root of the installed system lies on.
    package enum FileSystem: String, CaseIterable, Sendable {
        case ext4, zfs
    }

    /// Raised when the same embedded files give another medium.
    private static let revision = 1
    private static let lockDeadline: Duration = .seconds(45 * 60)
    private static let mediumPrefix = "new-medium"
    /// How the scratch folders in a ``workshop(in:)`` begin.
    package static let scratchPrefixes = LabRoot.allCases.map(\.scratchPrefix) + [mediumPrefix]

    let distribution: Distribution
    let fileSystem: FileSystem

    /// The recipe for a distribution's medium.
    package init(_ distribution: Distribution, root fileSystem: FileSystem = .ext4) {
        self.distribution = distribution
        self.fileSystem = fileSystem
    }

    /// The name that its file begins with: `lab-debian13-zfs`.
    package var name: String {
        "lab-\(distribution.rawValue)" + (fileSystem == .ext4 ? "" : "-\(fileSystem.rawValue)")
    }

    private var roots: (live: LabRoot, target: LabRoot) {
        switch fileSystem {
        case .ext4: (.live, .target)
        case .zfs: (.zfsLive, .zfsTarget)
        }
    }

    /// The key of the recipe: its embedded files and options, and no time, path or mirror.
    package func key() -> Digest {
        let parts = [
            "\(Self.revision)", distribution.rawValue, roots.live.key().hex, roots.target.key().hex,
            LabMedium.options,
        ]
        let files = LabFiles.all.map { "\($0.path) \($0.mode.rawValue) \(Digest.of($0.bytes).hex)" }
        return Digest.of((parts + files).joined(separator: "\n"))
    }

    /// The finished medium in a cache folder; nil if it has to be made.
    package func cached(in cache: FilePath) -> FilePath? {
        let path = path(in: cache)
        return path.exists ? path : nil
    }

    /// Makes the medium, or takes it from the cache; two at once share the result.
    ///
    /// The packages are today's when a root is made; `refresh` makes the roots anew. The same packages give the same bytes.
    ///
    /// - Throws: ``LabISOError``, `ProgramError`, `Errno`; nothing half-made is left then, nor when the task is cancelled.
    package func build(
        in cache: FilePath, refresh: Bool, report: @escaping @Sendable (String) -> Void
    ) async throws -> FilePath {
        let cache = cache.absolute
        let path = path(in: cache)
        if !refresh, path.exists { return path }
        let work = Self.workshop(in: cache)
        try work.createFolder()
        let lock = try await FileLock.acquire(
            at: work.appending("\(key().short).lock"), deadline: Self.lockDeadline,
            onWait: { report("waiting for another build of the same lab ISO") })
        defer { withExtendedLifetime(lock) {} }
        if !refresh, path.exists { return path }
        try await LabTools.check()
        let cellar = LabCellar(folder: work, refresh: refresh, report: report)
        let source = try await cellar.source(of: roots.live)
        async let live = cellar.root(roots.live, from: source)
        async let target = cellar.root(roots.target, from: source)
        let folders = try await (live: live, target: target)
        report("making the medium")
        try await withScratchFolder(in: work, prefix: Self.mediumPrefix) { scratch in
            let medium = LabMedium(
                name: path.lastComponent?.string ?? "", fileSystem: fileSystem, live: folders.live,
                target: folders.target)
            try await medium.make(in: scratch, finished: path)
        }
        return path
    }

    /// The archive of the system that the medium installs, made or taken from the cache: a tar file, compressed by zstd.
    package func system(in cache: FilePath, report: @escaping @Sendable (String) -> Void) async throws -> FilePath {
        let work = Self.workshop(in: cache.absolute)
        try work.createFolder()
        return try await LabCellar(folder: work, refresh: false, report: report).root(.target)
            .appending("root.tar.zst")
    }

    /// Where, in a cache folder, media are made and what they are made of is kept.
    package static func workshop(in cache: FilePath) -> FilePath {
        cache.appending("lab")
    }

    private func path(in cache: FilePath) -> FilePath {
        cache.appending("\(name)-\(key().short).iso")
    }
}

/// Why a lab ISO cannot be made.
package enum LabISOError: Error, CustomStringConvertible {
    /// No package source of this host is Debian's.
    case noMirror
    /// The keys that Debian's packages are signed with are not installed.
    case noKeyring

    package var description: String {
        switch self {
        case .noMirror:
            """
            apt knows no Debian mirror on this host, and the lab ISO is made from Debian's packages
            next: run 'apt-get update' once; on another distribution, add a Debian source to apt
            """
        case .noKeyring:
            """
            the keys of Debian's archive are not installed
            next: apt-get install debian-archive-keyring
            """
        }
    }
}
