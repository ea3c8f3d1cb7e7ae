internal import HostSystem
internal import SystemPackage

extension Cluster {
    /// Fetches a file from a URL, by the real program `curl`, as a node fetches it by one of its own.
    func download(_ call: Call) throws(APIError) -> Answer {
        let storage = try storage(call.needed("storage"), on: call.node)
        let content = try call.needed("content")
        let url = try call.needed("url")
        guard storage.content.contains(content), storage.isFileBased else {
            throw .died("storage '\(storage.name)' does not support '\(content)' content")
        }
        guard call.text("compression") == nil || content == "iso" else {
            throw .parameter("compression", "decompression not supported for '\(content)'")
        }
        let name = try Self.normalised(call.needed("filename"), content: content)
        let verifies = call.optionalFlag("verify-certificates") ?? true
        let fields = ["checksum", "checksum-algorithm"].reduce(into: [String: String]()) { $0[$1] = call.text($1) }
        return startTask(
            "download", id: name, call,
            TaskSteps { cluster async throws(APIError) in
                let id = "\(storage.name):\(content)/\(name)"
                if let present = cluster.volume(id, on: call.node) {
                    guard let checksum = fields["checksum"], checksum.lowercased() == present.digest else {
                        throw .died("refusing to override existing file '\(id)'")
                    }
                    return
                }
                let file = try await cluster.fetch(url, name: name, fields: fields, verifies: verifies)
                try cluster.checkUpload(file, content: content)
                try cluster.reserve(file.size, in: storage, on: call.node)
                cluster.put(
                    cluster.uploadedVolume(file, content: content, name: name, storage: storage, node: call.node))
            })
    }

    private func fetch(
        _ url: String, name: String, fields: [String: String], verifies: Bool
    ) async throws(APIError) -> UploadedFile {
        let authority = model.downloadAuthority.map { ["--cacert", $0.string] } ?? []
        let kept = model.keptUploads
        do {
            return try await withScratchFolder(in: "/tmp", prefix: "download") { folder in
                let file = folder.appending("file")
                try await Program.run(
                    "curl",
                    ["--fail", "--location", "--silent", "--show-error", "--output", file.string] + authority
                        + (verifies ? [] : ["--insecure"]) + ["--", url],
                    deadline: .seconds(600))
                let digest = try await Digest.of(file: file)
                let place = kept?.appending("download-\(String.randomHex(digits: 8))")
                if let place {
                    try await Program.run("cp", ["--", file.string, place.string], deadline: .seconds(600))
                }
                return UploadedFile(
                    fields: fields, name: name, size: Int(try file.fileSize().bytes), digest: digest,
                    beginning: try Self.beginning(of: file), file: place)
            }
        } catch {
            throw .died("download failed: \(error)")
        }
    }

    private static func beginning(of file: FilePath) throws -> [UInt8] {
        let descriptor = try FileDescriptor.open(file, .readOnly, options: [.closeOnExec])
        return try descriptor.closeAfter {
            try [UInt8](unsafeUninitializedCapacity: 512) { buffer, count in
                count = try descriptor.read(into: UnsafeMutableRawBufferPointer(buffer))
            }
        }
    }
}
