internal import HostSystem

/// Brings an image to a storage, for as long as machines are made from it.
struct ImageUpload {
    let client: ProxmoxClient
    let plan: TemplatePlan
    let image: ImageSource
    let attempt: Attempt
    let findings: Preflight.Findings

    /// Lends the uploaded volume, and removes it afterwards.
    func lend<Result>(to node: String, _ body: (String) async throws -> Result) async throws -> Result {
        let file = image.fileName(for: plan.name, run: attempt.run)
        let volume = "\(plan.importStorage):import/\(file)"
        return try await withCleanup {
            do {
                try await bring(file, to: node)
            } catch {
                // The cluster may still be at it, and would leave it there.
                await Task { await client.waitForUploads(on: findings.nodes) }.value
                throw error
            }
            return try await body(volume)
        } cleanup: { [self] in
            await remove(volume, of: node)
        }
    }

    private func bring(_ file: String, to node: String) async throws {
        let digest = image.release.image
        switch image.way {
        case .download(let address, _):
            client.report("\(node): fetching \(image.size)")
            try await client.download(address, as: file, sha256: digest.hex, to: plan.importStorage, of: node)
        case .upload(let descriptor, let size):
            client.report("\(node): uploading \(image.size)")
            let meter = UploadMeter(size: size, report: client.report)
            let upload = MultipartUpload(
                name: file, file: descriptor, size: size, digest: digest, progress: { meter.note($0) })
            let task = try await client.upload(upload, to: ["nodes", node, "storage", plan.importStorage, "upload"])
            meter.end()
            try await client.finish(task)
        }
    }

    /// Removes the upload if it is there; one that cannot be removed is told, and goes with the next deployment.
    private func remove(_ volume: String, of node: String) async {
        guard findings.removesUploads else { return }
        do {
            let volumes = try await client.imports(on: plan.importStorage, of: node)
            guard volumes.contains(where: { $0.volid == volume }) else { return }
            try await client.remove(volume, on: plan.importStorage, of: node)
        } catch {
            client.report("\(volume) could not be removed: \(error); the next deployment removes it")
        }
    }
}
