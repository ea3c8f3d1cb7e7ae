import HostSystem
import LibvirtTestSupport
import SystemPackage

/// What belongs to others on a host: domains and volumes with names that could be ours.
struct Strangers: Sendable {
    /// How they are at a moment: definitions by domain, and digests by volume.
    typealias Sight = [String: String]

    /// A name of a machine that the fleet could have, and names around those that it has.
    private static let domains = ["web", "web-7", "web-1-old", "web-x-1"]
    /// One of the names is made as a machine's disk would be.
    private static let volumes = [
        "web-1.qcow2", "web-1-0badf00d.qcow2", "web-2-0badf00d.iso", "web-7-0badf00d.qcow2",
        "imagefactory-\(String(repeating: "7", count: 64)).raw",
    ]

    let daemon: LibvirtDaemon
    let pool: FilePath

    /// Puts them there; one of them runs.
    func settle(in folder: FilePath) async throws {
        for (index, name) in Self.volumes.enumerated() {
            try pool.appending(name).write([UInt8](repeating: UInt8(65 + index), count: 5000 + index))
        }
        try await daemon.virsh("pool-refresh", "default")
        for name in Self.domains {
            let file = folder.appending("\(name).xml")
            try file.write(Self.definition(name).utf8)
            try await daemon.virsh("define", file.string)
        }
        try await daemon.virsh("start", "web-7", "--paused")
    }

    /// Looks at them.
    func look() async throws -> Sight {
        var sight: Sight = [:]
        for name in Self.domains {
            sight["domain \(name)"] = try await daemon.virsh("dumpxml", name, "--inactive")
            sight["state of \(name)"] = try await daemon.virsh("domstate", name, "--reason")
        }
        for name in Self.volumes {
            sight["volume \(name)"] = try await Digest.of(file: pool.appending(name)).hex
        }
        return sight
    }

    /// Whether a domain is one of them.
    static func holds(domain: String) -> Bool { domains.contains(domain) }

    /// Whether a volume is one of them.
    static func holds(volume: String) -> Bool { volumes.contains(volume) }

    /// Each names the volume that is like a machine's. One is a copy of a machine, made by hand; the others have metadata
    /// that only look like ours.
    private static func definition(_ name: String) -> String {
        let digest = String(repeating: "7", count: 64)
        let namespace = name == "web-1-old" ? "urn:imagefactory:machine:1" : "urn:imagefactory:other:1"
        return """
            <domain type='qemu'>
              <name>\(name)</name>
              <description>as urn:imagefactory:machine:1 has it</description>
              <metadata>
                <if:machine xmlns:if='\(namespace)' fleet='web' number='1' generation='1' state='healthy' mark='0badf00d'>
                  <image template='web' version='v1.0.0' release='\(digest)' sha256='\(digest)' format='raw' length='12'
                      virtual-size='1048576'/>
                  <shape cpus='1' memory='134217728' pool='default' copy='overlay' executor='qemu'/>
                  <seed sha256='\(digest)'/>
                </if:machine>
              </metadata>
              <memory unit='MiB'>32</memory>
              <vcpu>1</vcpu>
              <os><type arch='x86_64' machine='q35'>hvm</type></os>
              <devices>
                <disk type='volume' device='disk'>
                  <driver name='qemu' type='raw'/>
                  <source pool='default' volume='web-1-0badf00d.qcow2'/>
                  <target dev='vda' bus='virtio'/>
                  <shareable/>
                </disk>
              </devices>
            </domain>
            """
    }
}

extension LibvirtDaemon {
    /// Runs a command of virsh's.
    @discardableResult
    func virsh(_ arguments: String...) async throws -> String {
        try await Program.run("virsh", ["--connect", uri] + arguments, deadline: .seconds(60)).text
    }
}
