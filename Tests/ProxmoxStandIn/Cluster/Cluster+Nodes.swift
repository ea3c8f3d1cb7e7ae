extension Cluster {
    /// What the methods about the cluster and its nodes do.
    static let clusterHandlers: [String: Handler] = [
        "GET /version": { cluster, _ throws(APIError) in
            let release = cluster.model.release
            return Answer(data: [
                "version": .string(release.version), "release": .string(release.release), "repoid": "a9c6d6a1",
            ])
        },
        "GET /access/permissions": { cluster, call throws(APIError) in
            if let user = call.text("userid"), user != call.account.tokenID {
                try cluster.require(["Sys.Audit"], at: "/access", call)
            }
            return Answer(data: cluster.permissions(call))
        },
        "GET /cluster/nextid": { cluster, call throws(APIError) in
            if let wanted = call.integer("vmid") {
                guard cluster.machines[wanted] == nil else {
                    throw .parameter("vmid", "VM \(wanted) already exists")
                }
                return Answer(data: .string(String(wanted)))
            }
            guard let free = cluster.freeID else { throw .died("unable to get any free VMID in the range") }
            return Answer(data: .string(String(free)))
        },
        "GET /cluster/resources": { cluster, call throws(APIError) in
            Answer(data: .array(cluster.resources(call)))
        },
        "GET /cluster/status": { cluster, call throws(APIError) in Answer(data: .array(cluster.members(call))) },
        "GET /nodes": { cluster, _ throws(APIError) in
            Answer(data: .array(cluster.model.nodes.map { cluster.summary(of: $0) }))
        },
        "GET /nodes/{node}/status": { cluster, _ throws(APIError) in Answer(data: cluster.nodeStatus) },
        "GET /nodes/{node}/network": { cluster, call throws(APIError) in
            let kind = call.text("type")
            guard kind == nil || ["bridge", "any_bridge", "any_local_bridge"].contains(kind) else {
                return Answer(data: [])
            }
            let bridges = cluster.model.nodes.first { $0.name == call.node }?.bridges ?? []
            return Answer(
                data: .array(
                    bridges.map {
                        ["iface": .string($0), "type": "bridge", "active": 1, "autostart": 1, "method": "manual"]
                    }))
        },
        "GET /nodes/{node}/certificates/info": { cluster, call throws(APIError) in
            let leaf = cluster.certificates[call.node]
            return Answer(data: [
                [
                    "filename": "pve-ssl.pem", "fingerprint": .string(leaf?.fingerprint ?? ""),
                    "subject": .string(leaf?.subject ?? ""),
                ]
            ])
        },
        "GET /pools": { cluster, call throws(APIError) in
            let access = cluster.access(of: call.account)
            let pools = cluster.model.pools.filter {
                access.has(["Pool.Audit"], at: "/pool/\($0)") && (call.text("poolid") ?? $0) == $0
            }
            return Answer(
                data: .array(
                    pools.map { pool in
                        var fields: [String: JSON] = ["poolid": .string(pool)]
                        if call.text("poolid") != nil { fields["members"] = .array(cluster.members(ofPool: pool)) }
                        return .object(fields)
                    }))
        },
        "GET /pools/{poolid}": { cluster, call throws(APIError) in
            let pool = try call.needed("poolid")
            guard cluster.model.pools.contains(pool) else { throw .died("no such pool '\(pool)'") }
            return Answer(data: ["members": .array(cluster.members(ofPool: pool))])
        },
    ]

    private func permissions(_ call: Call) -> JSON {
        let access = access(of: call.account)
        let usual: Set<String> = ["/", "/access", "/access/groups", "/nodes", "/pool", "/sdn", "/storage", "/vms"]
        let paths = call.text("path").map { [$0] } ?? Array(usual.union(access.paths))
        return .object(
            paths.reduce(into: [:]) { result, path in
                let privileges = access.privileges(at: path)
                if !privileges.isEmpty || call.text("path") != nil {
                    result[path] = .object(privileges.mapValues { .integer($0 ? 1 : 0) })
                }
            })
    }

    private func members(ofPool pool: String) -> [JSON] {
        machines.values.filter { $0.pool == pool }.sorted { $0.vmid < $1.vmid }.map {
            [
                "id": .string("qemu/\($0.vmid)"), "node": .string($0.node), "type": "qemu", "vmid": .integer($0.vmid),
            ]
        }
    }

    private func summary(of node: NodeModel) -> JSON {
        var fields: [String: JSON] = [
            "node": .string(node.name), "id": .string("node/\(node.name)"), "type": "node",
            "status": offlineNodes.contains(node.name) ? "offline" : "online", "level": "",
        ]
        fields["ssl_fingerprint"] = certificates[node.name].map { .string($0.fingerprint) }
        if !offlineNodes.contains(node.name) {
            let load: [String: JSON] = [
                "cpu": 0.02, "maxcpu": 8, "mem": 4_294_967_296, "maxmem": 34_359_738_368, "uptime": 86_400,
            ]
            fields.merge(load) { $1 }
        }
        return .object(fields)
    }

    private var nodeStatus: JSON {
        [
            "cpu": 0.02, "pveversion": .string("pve-manager/\(model.release.version)/a9c6d6a1"), "uptime": 86_400,
            "boot-info": ["mode": "efi", "secureboot": 0],
            "cpuinfo": ["cores": 4, "cpus": 8, "model": "QEMU Virtual CPU", "sockets": 1],
            "current-kernel": [
                "machine": "x86_64", "release": "6.8.12-9-pve", "sysname": "Linux", "version": "#1 SMP PREEMPT_DYNAMIC",
            ],
            "loadavg": ["0.10", "0.12", "0.09"],
            "memory": ["free": 30_064_771_072, "total": 34_359_738_368, "used": 4_294_967_296],
            "rootfs": [
                "avail": 90_000_000_000, "free": 95_000_000_000, "total": 100_000_000_000, "used": 5_000_000_000,
            ],
        ]
    }

    private func members(_ call: Call) -> [JSON] {
        let online = model.nodes.filter { !offlineNodes.contains($0.name) }
        let cluster: JSON = [
            "id": "cluster", "type": "cluster", "name": "lab", "nodes": .integer(model.nodes.count),
            "quorate": .integer(online.count * 2 > model.nodes.count ? 1 : 0), "version": 3,
        ]
        let nodes = model.nodes.enumerated().map { index, node -> JSON in
            var fields: [String: JSON] = [
                "id": .string("node/\(node.name)"), "type": "node", "name": .string(node.name),
                "nodeid": .integer(index + 1), "level": "",
                "local": .integer(node.name == call.answeringNode ? 1 : 0),
                "online": .integer(offlineNodes.contains(node.name) ? 0 : 1),
            ]
            fields["ip"] = addresses[node.name].map { .string($0) }
            return .object(fields)
        }
        // A node alone has no cluster.
        return model.nodes.count > 1 ? [cluster] + nodes : nodes
    }

    private func resources(_ call: Call) -> [JSON] {
        let access = access(of: call.account)
        let kind = call.text("type")
        var result: [JSON] = []
        if kind == nil || kind == "node" {
            result += model.nodes.map { node in
                var fields: [String: JSON] = [
                    "id": .string("node/\(node.name)"), "type": "node", "node": .string(node.name),
                    "status": offlineNodes.contains(node.name) ? "offline" : "online",
                ]
                if !offlineNodes.contains(node.name) { fields["uptime"] = 86_400 }
                return .object(fields)
            }
        }
        if kind == nil || kind == "vm" {
            result += machines.values.sorted { $0.vmid < $1.vmid }
                .filter { access.has(["VM.Audit"], at: "/vms/\($0.vmid)") }.map { $0.resource }
        }
        if kind == nil || kind == "storage" {
            for node in model.nodes {
                result += storages(of: node.name)
                    .filter { access.has(Self.storageReaders, at: "/storage/\($0.name)", any: true) }
                    .map { resource(of: $0, on: node.name) }
            }
        }
        if kind == nil {
            result += model.pools.filter { access.has(["Pool.Audit"], at: "/pool/\($0)") }
                .map { ["id": .string("/pool/\($0)"), "type": "pool", "pool": .string($0)] }
        }
        return result
    }

    private func resource(of storage: StorageModel, on node: String) -> JSON {
        [
            "id": .string("storage/\(node)/\(storage.name)"), "type": "storage", "node": .string(node),
            "storage": .string(storage.name), "plugintype": .string(storage.type),
            "content": .string(storage.content.joined(separator: ",")),
            "shared": .integer(storage.isShared ? 1 : 0),
            "status": offlineNodes.contains(node) ? "unknown" : "available",
            "disk": .integer(used(storage, on: node)), "maxdisk": .integer(storage.size),
        ]
    }
}

extension MachineState {
    fileprivate var resource: JSON {
        var fields = summary.fields ?? [:]
        fields.merge(["id": .string("qemu/\(vmid)"), "type": "qemu", "node": .string(node)]) { $1 }
        fields["pool"] = pool.map { .string($0) }
        for name in ["cpus", "pid", "qmpstatus"] { fields[name] = nil }
        return .object(fields)
    }

    /// What lists of machines show.
    var summary: JSON {
        let bytes = (config["memory"].flatMap { Int($0) } ?? 512) << 20
        var fields: [String: JSON] = [
            "vmid": .integer(vmid), "name": .string(name), "status": isRunning ? "running" : "stopped",
            "maxmem": .integer(bytes), "maxdisk": 8_589_934_592, "mem": .integer(isRunning ? bytes / 4 : 0), "cpu": 0,
            "uptime": .integer(isRunning ? 60 : 0), "template": .integer(isTemplate ? 1 : 0),
            "cpus": .integer(config["cores"].flatMap { Int($0) } ?? 1),
        ]
        fields["tags"] = config["tags"].map { .string($0) }
        fields["lock"] = lock.map { .string($0) }
        if isRunning { fields["pid"] = .integer(10_000 + vmid) }
        // Lists leave out what is not so.
        if !isTemplate { fields["template"] = nil }
        return .object(fields)
    }
}
