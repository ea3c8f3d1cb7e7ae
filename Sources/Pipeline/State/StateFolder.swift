internal import Foundation
internal import HostSystem
package import SystemPackage

/// Where the factory keeps what it must remember, and what it may forget.
///
/// ```
/// STATE/store/             finished results of stages
/// STATE/runs/              one folder for each run
/// STATE/locks/             locks
/// STATE/checkpoints/       guests that were frozen in the middle of their provisioning
/// STATE/repositories/      what provisionings have read of package repositories
/// STATE/boots/             which images have booted
/// STATE/promotion/         what is remembered of ledgers
/// STATE/secret.key         the key under which secrets enter keys
/// STATE/history.sqlite     how long stages took, for estimates
/// STATE/accelerator.json   which accelerator serves on this host
/// ```
package struct StateFolder: Sendable, Equatable {
    /// The folder itself.
    package let root: FilePath
    /// Where downloads and made ISOs lie; everything in it can be had again.
    package let cache: FilePath

    /// A state folder at known places.
    package init(root: FilePath, cache: FilePath) {
        self.root = root
        self.cache = cache
    }

    /// The places for a user, by the environment.
    ///
    /// `IMAGEFACTORY_STATE` names the state folder. Without it, root uses `/var/lib/imagefactory` and
    /// `/var/cache/imagefactory`, which QEMU's own user can enter, and other users the XDG folders. `IMAGEFACTORY_CACHE` names
    /// another folder for what may be forgotten.
    package init(environment: [String: String], userID: UInt32) throws(StateFolderError) {
        func path(_ name: String) -> FilePath? {
            guard let text = environment[name], !text.isEmpty else { return nil }
            return FilePath(text)
        }
        /// A folder of the XDG rules, which say that relative paths are to be ignored.
        func folder(_ name: String, _ fallback: String) throws(StateFolderError) -> FilePath {
            if let path = path(name), path.isAbsolute { return path.appending("imagefactory") }
            guard let home = path("HOME"), home.isAbsolute else { throw StateFolderError.noHome }
            return home.pushing(FilePath(fallback)).appending("imagefactory")
        }
        let state = path("IMAGEFACTORY_STATE")?.absolute
        let cache = path("IMAGEFACTORY_CACHE")?.absolute
        if userID == 0 {
            root = state ?? "/var/lib/imagefactory"
            self.cache = cache ?? "/var/cache/imagefactory"
        } else {
            root = if let state { state } else { try folder("XDG_STATE_HOME", ".local/state") }
            self.cache = if let cache { cache } else { try folder("XDG_CACHE_HOME", ".cache") }
        }
    }

    /// The results of stages.
    package var store: Store { Store(folder: root.appending("store"), locks: locks) }
    /// The runs.
    package var runs: FilePath { root.appending("runs") }
    /// The frozen guests.
    package var checkpoints: FilePath { root.appending("checkpoints") }
    /// What provisionings have read of package repositories.
    package var repositories: FilePath { root.appending("repositories") }
    /// Which images have booted.
    package var boots: FilePath { root.appending("boots") }
    /// What is remembered of ledgers: verdicts about signatures, and the newest tags that were seen.
    package var promotion: FilePath { root.appending("promotion") }
    /// Where releases of servers, and the disks of images, lie while they are looked at.
    package var fetchedReleases: FilePath { cache.appending("releases") }
    /// The locks.
    package var locks: FilePath { root.appending("locks") }

    /// Makes the folders.
    package func create() throws {
        for folder in [root, cache, runs, locks, store.folder] { try folder.createFolder(durably: true) }
    }

    /// The key under which secrets enter stage keys, made on first use and readable by its owner alone.
    package func secretKey() throws -> [UInt8] {
        try root.createFolder(durably: true)
        let path = root.appending("secret.key")
        if !path.exists {
            var generator = SystemRandomNumberGenerator()
            let bytes = (0..<32).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
            // If another process is faster, its key is everybody's.
            try path.createAtomically(bytes, mode: .privateFile)
        }
        let key = try path.readBytes(limit: ByteCount(64))
        guard key.count == 32 else { throw StateFolderError.badSecretKey(path) }
        return key
    }
}

/// Why the state folder cannot be used.
package enum StateFolderError: Error, CustomStringConvertible {
    /// Nothing says where an ordinary user's files belong.
    case noHome
    /// The key file does not hold 32 bytes.
    case badSecretKey(FilePath)

    package var description: String {
        switch self {
        case .noHome: "there is no place for the factory's state; set HOME or IMAGEFACTORY_STATE"
        case .badSecretKey(let path):
            "\(path) does not hold 32 bytes; remove it, and results that depend on secrets are made again"
        }
    }
}
