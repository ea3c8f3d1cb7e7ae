internal import HostSystem

extension Cluster {
    /// What lets somebody see a storage.
    static let storageReaders = ["Datastore.Audit", "Datastore.AllocateSpace"]

    /// What the methods about storages do.
    static let storageHandlers: [String: Handler] = [
        "GET /nodes/{node}/storage": { cluster, call throws(APIError) in
            let access = cluster.access(of: call.account)
            let wanted = call.text("content")?.split(separator: ",").map(String.init)
            let storages = cluster.storages(of: call.node, enabledOnly: call.flag("enabled")).filter { storage in
                access.has(storageReaders, at: "/storage/\(storage.name)", any: true)
                    && (call.text("storage") ?? storage.name) == storage.name
                    && wanted.map { !$0.filter(storage.content.contains).isEmpty } != false
            }
            return Answer(data: .array(storages.map { cluster.summary(of: $0, on: call.node) }))
        },
        "GET /nodes/{node}/storage/{storage}/status": { cluster, call throws(APIError) in
            let storage = try cluster.storage(call)
            var fields = cluster.summary(of: storage, on: call.node).fields ?? [:]
            for name in ["storage", "used_fraction"] { fields[name] = nil }
            return Answer(data: .object(fields))
        },
        "GET /nodes/{node}/storage/{storage}/content": { cluster, call throws(APIError) in
            let storage = try cluster.storage(call)
            let volumes = cluster.volumes.values.filter { volume in
                volume.storage == storage.name && (volume.node ?? call.node) == call.node
                    && (call.text("content") ?? volume.content) == volume.content
                    && (call.integer("vmid") ?? volume.vmid) == volume.vmid
            }
            return Answer(data: .array(volumes.sorted { $0.id < $1.id }.map(\.summary)))
        },
        "GET /nodes/{node}/storage/{storage}/content/{volume}": { cluster, call throws(APIError) in
            let volume = try cluster.volume(call)
            try cluster.require(storageReaders, at: "/storage/\(volume.storage)", any: true, call)
            return Answer(data: [
                "path": .string("/var/lib/vz/\(volume.id.drop { $0 != ":" }.dropFirst())"),
                "size": .integer(volume.size), "used": .integer(volume.used), "format": .string(volume.format),
            ])
        },
        "DELETE /nodes/{node}/storage/{storage}/content/{volume}": { cluster, call throws(APIError) in
            let volume = try cluster.volume(call)
            try cluster.require(["Datastore.Allocate"], at: "/storage/\(volume.storage)", call)
            if let owner = volume.vmid, cluster.machines[owner] != nil {
                throw .died("cannot remove image, guest with VMID '\(owner)' exists!")
            }
            return cluster.startTask(
                "imgdel", id: "\(call.text("vmid") ?? "")@\(volume.storage)", call,
                TaskSteps { $0.volumes[VolumeKey(id: volume.id, node: volume.node)] = nil })
        },
        "POST /nodes/{node}/storage/{storage}/upload": { cluster, call throws(APIError) in
            try cluster.upload(call)
        },
        "POST /nodes/{node}/storage/{storage}/download-url": { cluster, call throws(APIError) in
            try cluster.download(call)
        },
    ]

    /// The storages that a node has.
    func storages(of node: String, enabledOnly: Bool = false) -> [StorageModel] {
        model.storages.filter { ($0.nodes?.contains(node) ?? true) && ($0.isEnabled || !enabledOnly) }
    }

    /// A storage that a node has.
    func storage(_ name: String, on node: String) throws(APIError) -> StorageModel {
        guard let storage = model.storages.first(where: { $0.name == name }) else {
            throw .died("storage '\(name)' does not exist")
        }
        guard storage.nodes?.contains(node) ?? true else {
            throw .died("storage '\(name)' is not available on node '\(node)'")
        }
        guard storage.isEnabled else { throw .died("storage '\(name)' is disabled") }
        return storage
    }

    private func storage(_ call: Call) throws(APIError) -> StorageModel {
        try storage(call.needed("storage"), on: call.node)
    }

    /// A volume that a node has.
    func volume(_ id: String, on node: String) -> VolumeState? {
        volumes[VolumeKey(id: id, node: nil)] ?? volumes[VolumeKey(id: id, node: node)]
    }

    private func volume(_ call: Call) throws(APIError) -> VolumeState {
        var id = try call.needed("volume")
        if !id.contains(":"), let storage = call.text("storage") { id = "\(storage):\(id)" }
        guard let volume = volume(id, on: call.node) else { throw .died("volume '\(id)' does not exist") }
        return volume
    }

    /// How much of a storage is in use.
    func used(_ storage: StorageModel, on node: String) -> Int {
        volumes.values.filter { $0.storage == storage.name && ($0.node ?? node) == node }
            .reduce(foreignUse[storage.name] ?? 0) { $0 + $1.used }
    }

    /// Refuses what does not fit.
    func reserve(_ bytes: Int, in storage: StorageModel, on node: String) throws(APIError) {
        guard used(storage, on: node) + bytes <= storage.size else {
            throw .died(
                storage.isFileBased
                    ? "write failed: No space left on device" : "no space left in thin pool of '\(storage.name)'")
        }
    }

    /// Puts a volume on a storage, in the place of one that has its name.
    func put(_ volume: VolumeState) {
        volumes[VolumeKey(id: volume.id, node: volume.node)] = volume
    }

    private func summary(of storage: StorageModel, on node: String) -> JSON {
        let used = used(storage, on: node)
        return [
            "storage": .string(storage.name), "type": .string(storage.type),
            "content": .string(storage.content.joined(separator: ",")),
            "shared": .integer(storage.isShared ? 1 : 0), "enabled": .integer(storage.isEnabled ? 1 : 0),
            "active": .integer(storage.isEnabled ? 1 : 0), "total": .integer(storage.size), "used": .integer(used),
            "avail": .integer(max(0, storage.size - used)),
            "used_fraction": .number(Double(used) / Double(storage.size)),
        ]
    }
}

extension Cluster {
    private func upload(_ call: Call) throws(APIError) -> Answer {
        let storage = try storage(call.needed("storage"), on: call.node)
        guard let upload = call.exchange.upload else { throw .early(400, "upload failed") }
        let content = upload.fields["content"] ?? ""
        guard storage.content.contains(content) else {
            throw .died("storage '\(storage.name)' does not support '\(content)' content")
        }
        guard storage.isFileBased else {
            throw .died("can't upload to storage type '\(storage.type)', not a file based storage!")
        }
        let name = try Self.normalised(upload.name, content: content)
        let volume = uploadedVolume(upload, content: content, name: name, storage: storage, node: call.node)
        // The task runs on the node that took the bytes, whichever the storage is of.
        return startTask(
            "imgcopy", id: "", on: call.answeringNode, call,
            TaskSteps { cluster throws(APIError) in
                try cluster.checkUpload(upload, content: content)
                try cluster.reserve(upload.size, in: storage, on: call.node)
                cluster.put(volume)
            })
    }

    /// What a file becomes on a storage.
    func uploadedVolume(
        _ upload: UploadedFile, content: String, name: String, storage: StorageModel, node: String
    ) -> VolumeState {
        VolumeState(
            id: "\(storage.name):\(content)/\(name)", storage: storage.name, node: storage.isShared ? nil : node,
            content: content, format: name.split(separator: ".").last.map(String.init) ?? "raw",
            size: DiskHeader(upload.beginning)?.virtualSize ?? upload.size, used: upload.size,
            digest: upload.digest.hex, created: now, file: upload.file)
    }

    /// Refuses a file that is not what was announced, or that no machine may be made from.
    func checkUpload(_ upload: UploadedFile, content: String) throws(APIError) {
        if let expected = upload.fields["checksum"] {
            guard upload.fields["checksum-algorithm"] == "sha256" else {
                throw .died("the stand-in can only check sha256")
            }
            guard expected.lowercased() == upload.digest.hex else {
                throw .died("checksum mismatch: got '\(upload.digest.hex)' != expect '\(expected)'")
            }
        }
        guard content == "import", model.looksIntoImports else { return }
        let header = DiskHeader(upload.beginning)
        guard !upload.name.hasSuffix(".qcow2") || header != nil else {
            throw .died("qemu-img info: the file is not in qcow2 format")
        }
        if header?.hasBackingFile == true { throw .died("importing images with a backing file is not allowed") }
    }

    /// The name that a server gives a file: without folders, and with `_` for what it does not like.
    static func normalised(_ name: String, content: String) throws(APIError) -> String {
        let last = name.split { $0 == "/" || $0 == "\\" }.last.map(String.init) ?? ""
        let result = String(
            last.map { $0.isASCII && ($0.isLetter || $0.isNumber || "_.-".contains($0)) ? $0 : "_" })
        let pattern = content == "import" ? #"[a-zA-Z0-9.+=_-]+\.(ova|qcow2|raw|vmdk)"# : #"(?i).+\.(iso|img)"#
        guard result.matches(wholly: pattern) else { throw .parameter("filename", "wrong file extension") }
        return result
    }
}

/// The first bytes of a qcow2 image, as far as they matter to an import.
struct DiskHeader: Sendable {
    let virtualSize: Int
    let hasBackingFile: Bool

    /// Reads the header; nil if it is none.
    init?(_ bytes: [UInt8]) {
        guard bytes.count >= 32, bytes.starts(with: [0x51, 0x46, 0x49, 0xfb]) else { return nil }
        hasBackingFile = bytes[8..<16].contains { $0 != 0 }
        virtualSize = bytes[24..<32].reduce(0) { $0 << 8 | Int($1) }
    }
}

extension VolumeState {
    fileprivate var summary: JSON {
        var fields: [String: JSON] = [
            "volid": .string(id), "format": .string(format), "size": .integer(size), "content": .string(content),
            "ctime": .integer(created),
        ]
        fields["vmid"] = vmid.map { .integer($0) }
        fields["parent"] = parent.map { .string($0) }
        return .object(fields)
    }
}
