import Foundation
import HostSystem
import Pipeline
import SystemPackage
import Testing

struct StateFolderTests {
    @Test(
        arguments: [
            ([:], 0, "/var/lib/imagefactory", "/var/cache/imagefactory"),
            (["HOME": "/root", "XDG_CACHE_HOME": "/root/c"], 0, "/var/lib/imagefactory", "/var/cache/imagefactory"),
            (["IMAGEFACTORY_STATE": "/srv/if"], 0, "/srv/if", "/var/cache/imagefactory"),
            (["HOME": "/home/a"], 1000, "/home/a/.local/state/imagefactory", "/home/a/.cache/imagefactory"),
            (
                ["HOME": "/home/a", "XDG_STATE_HOME": "/s", "XDG_CACHE_HOME": "/c"], 1000, "/s/imagefactory",
                "/c/imagefactory"
            ),
            (
                ["HOME": "/home/a", "XDG_STATE_HOME": "rel"], 1000, "/home/a/.local/state/imagefactory",
                "/home/a/.cache/imagefactory"
            ),
            (["HOME": "/home/a", "IMAGEFACTORY_STATE": "/srv/if/"], 1000, "/srv/if", "/home/a/.cache/imagefactory"),
            (
                ["HOME": "/home/a", "IMAGEFACTORY_CACHE": "/srv/c"], 1000, "/home/a/.local/state/imagefactory", "/srv/c"
            ),
            (["IMAGEFACTORY_STATE": "/srv/if", "IMAGEFACTORY_CACHE": "/srv/c"], 0, "/srv/if", "/srv/c"),
            (
                ["HOME": "/home/a", "IMAGEFACTORY_STATE": ""], 1000, "/home/a/.local/state/imagefactory",
                "/home/a/.cache/imagefactory"
            ),
        ] as [([String: String], UInt32, String, String)])
    func isWhereUsersExpectIt(environment: [String: String], user: UInt32, root: String, cache: String) throws {
        let state = try StateFolder(environment: environment, userID: user)
        #expect(state.root.string == root)
        #expect(state.cache.string == cache)
    }

    @Test func asksForAHome() {
        let error = #expect(throws: StateFolderError.self) { try StateFolder(environment: [:], userID: 1000) }
        #expect(error?.description.hasSuffix("set HOME or IMAGEFACTORY_STATE") == true)
    }

    @Test func takesARelativeStateFromTheWorkingFolder() throws {
        let state = try StateFolder(environment: ["IMAGEFACTORY_STATE": "st"], userID: 0)
        #expect(state.root == FilePath(FileManager.default.currentDirectoryPath).appending("st"))
    }

    @Test func makesOneSecretKeyForEverybody() async throws {
        let folder = try TestFolder()
        let state = folder.state
        let keys = try await withThrowingTaskGroup(of: [UInt8].self) { group in
            for _ in 0..<16 { group.addTask { try state.secretKey() } }
            return try await group.reduce(into: Set()) { $0.insert($1) }
        }
        #expect(keys.count == 1)
        #expect(keys.first?.count == 32)
        #expect(state.root.folderEntries == ["secret.key"])
        let path = state.root.appending("secret.key").string
        #expect(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int == 0o600)
    }

    @Test func refusesADamagedSecretKey() throws {
        let folder = try TestFolder()
        try folder.write("short", to: "state/secret.key")
        #expect(throws: StateFolderError.self) { try folder.state.secretKey() }
    }
}
