extension ProxmoxClient {
    /// The images that wait for an import on a storage.
    func imports(on storage: String, of node: String) async throws -> [ProxmoxVolume] {
        try await get(["nodes", node, "storage", storage, "content"], [("content", "import")])
    }

    /// The disks on a storage.
    func disks(on storage: String, of node: String) async throws -> [ProxmoxVolume] {
        try await get(["nodes", node, "storage", storage, "content"], [("content", "images")])
    }

    /// Has a node fetch an image by itself.
    func download(
        _ address: String, as file: String, sha256 digest: String, to storage: String, of node: String
    ) async throws {
        let parameters = [
            ("content", "import"), ("filename", file), ("url", address), ("checksum", digest),
            ("checksum-algorithm", "sha256"),
        ]
        try await finish(try await post(["nodes", node, "storage", storage, "download-url"], parameters))
    }

    /// Removes a volume.
    func remove(_ volume: String, on storage: String, of node: String) async throws {
        let task = try await delete(["nodes", node, "storage", storage, "content", volume])
        if let task { try await finish(task) }
    }
}
