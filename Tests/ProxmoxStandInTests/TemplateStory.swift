import ProxmoxStandIn
import Testing

/// Makes templates and clones as a client does that keeps every rule.
struct TemplateStory {
    let curl: Curl
    var node = "pve1"
    var storage = "local-lvm"

    /// Uploads the image.
    func upload() async throws {
        let reply = try await curl.upload(Upload.body(), owner: node, node: node)
        #expect(try await curl.wait(for: reply.task) == "OK")
    }

    /// Makes a machine from the image.
    func create(_ vmid: Int, name: String = "golden") async throws -> String {
        try await curl.finish(
            "POST", "/nodes/\(node)/qemu",
            [
                "vmid": "\(vmid)", "name": name, "ostype": "l26", "machine": "q35", "bios": "ovmf", "cores": "2",
                "memory": "2048", "cpu": "x86-64-v2-AES", "scsihw": "virtio-scsi-single", "agent": "enabled=1",
                "efidisk0": "\(storage):1,efitype=4m,pre-enrolled-keys=0",
                "scsi0": "\(storage):0,import-from=local:import/disk.qcow2,discard=on",
                "ide2": "\(storage):cloudinit", "net0": "virtio,bridge=vmbr0", "serial0": "socket", "vga": "serial0",
                "boot": "order=scsi0", "tags": "imagefactory;golden", "description": "digest 00",
            ])
    }

    /// Makes a template from the image.
    func makeTemplate(_ vmid: Int, name: String = "golden") async throws {
        #expect(try await create(vmid, name: name) == "OK")
        #expect(try await curl.finish("POST", "/nodes/\(node)/qemu/\(vmid)/template") == "OK")
    }

    /// Makes a linked clone of a template.
    func clone(_ vmid: Int, to newID: Int, name: String = "web-1") async throws -> String {
        try await curl.finish(
            "POST", "/nodes/\(node)/qemu/\(vmid)/clone", ["newid": "\(newID)", "name": name])
    }

    /// Makes a template and a linked clone that runs.
    func runClone() async throws {
        try await upload()
        try await makeTemplate(100)
        #expect(try await clone(100, to: 101) == "OK")
        #expect(try await curl.finish("POST", "/nodes/\(node)/qemu/101/status/start") == "OK")
    }
}
