internal import Foundation
internal import FoundationXML
internal import HostSystem
internal import Libvirt
internal import Machines

/// The libvirt domain of a deployed machine (formatdomain.html): q35, UEFI without Secure Boot, its disk, its seed as
/// another one, a console with a log of its own, the agent's channel.
package struct DeployedDomain {
    private let record: MachineRecord
    private var shape: MachineShape { record.edition.shape }
    private var accelerator: Accelerator { shape.executor == .qemu ? .tcg : .kvm }

    /// The domain of a machine.
    package init(_ record: MachineRecord) {
        self.record = record
    }

    /// The host's file that keeps what the machine's console shows; it outlives the machine.
    package var consoleLog: String { "/var/log/libvirt/qemu/\(record.name)-console.log" }

    /// The description that libvirt takes.
    package var xml: String {
        let domain = node("domain", ["type": shape.executor.rawValue])
        domain.add(
            node("name", text: record.name),
            node("metadata", children: [record.element]),
            node("memory", ["unit": "b"], text: "\(shape.memory.bytes)"),
            accelerator.processorCount(shape.cpus, room: shape.cpus),
            operatingSystem,
            node("features", children: [node("acpi"), node("apic")]),
            accelerator.processorKind,
            node("clock", ["offset": "utc"]),
            node("on_poweroff", text: "destroy"),
            node("on_reboot", text: "restart"),
            node("on_crash", text: "restart"),
            devices)
        return domain.xmlString
    }

    private var operatingSystem: XMLElement {
        let type = node("type", ["arch": "x86_64", "machine": "q35"], text: "hvm")
        guard shape.executor != .test else { return node("os", children: [node("type", text: "hvm")]) }
        return node(
            "os", ["firmware": "efi"],
            children: [
                type, node("firmware", children: [node("feature", ["enabled": "no", "name": "secure-boot"])]),
                node("boot", ["dev": "hd"]),
            ])
    }

    private var devices: XMLElement {
        let devices = node("devices")
        devices.add(mainDisk)
        for (index, disk) in shape.data.enumerated() { devices.add(dataDisk(disk, at: index)) }
        devices.add(seed)
        devices.add(
            node(
                "serial", ["type": "pty"],
                children: [
                    node("log", ["file": consoleLog, "append": "on"]),
                    node("target", ["type": "isa-serial", "port": "0"]),
                ]),
            node(
                "channel", ["type": "unix"],
                children: [node("target", ["type": "virtio", "name": "org.qemu.guest_agent.0"])]))
        if let card { devices.add(card) }
        devices.add(
            node("video", children: [node("model", ["type": "vga"])]),
            node("rng", ["model": "virtio"], children: [node("backend", ["model": "random"], text: "/dev/urandom")]),
            node("panic", ["model": "isa"]))
        return devices
    }

    private var mainDisk: XMLElement {
        if let device = record.device { return blockDisk(device) }
        return node(
            "disk", ["type": "volume", "device": "disk"],
            children: [
                node("driver", ["name": "qemu", "type": "qcow2", "discard": "unmap"]), source(record.disk),
                node("target", ["dev": "vda", "bus": "virtio"]),
            ])
    }

    /// A volume of ZFS does its own caching, so that the host's page cache would keep everything twice.
    private func blockDisk(_ device: String) -> XMLElement {
        node(
            "disk", ["type": "block", "device": "disk"],
            children: [
                node("driver", ["name": "qemu", "type": "raw", "cache": "none", "io": "native", "discard": "unmap"]),
                node("source", ["dev": device]), node("target", ["dev": "vda", "bus": "virtio"]),
            ])
    }

    private func dataDisk(_ disk: DataDisk, at index: Int) -> XMLElement {
        node(
            "disk", ["type": "volume", "device": "disk"],
            children: [
                node("driver", ["name": "qemu", "type": "qcow2", "discard": "unmap"]),
                source(disk.volume(of: record.name)),
                node("target", ["dev": Self.dataDevice(index), "bus": "virtio"]), node("serial", text: disk.name),
            ])
    }

    /// The name of a data disk's place, from `vdb` on.
    static func dataDevice(_ index: Int) -> String {
        "vd" + String(UnicodeScalar(UInt8(ascii: "b") + UInt8(index)))
    }

    /// A disk on the main disk's bus: cloud-init decides so early in a boot whether there is a seed that of most drivers only
    /// those in the initramfs count, and where that was made for one machine, it has no driver for CDs.
    private var seed: XMLElement {
        node(
            "disk", ["type": "volume", "device": "disk"],
            children: [
                node("driver", ["name": "qemu", "type": "raw"]), source(record.seed),
                node("target", ["dev": "vdz", "bus": "virtio"]), node("readonly"),
            ])
    }

    private func source(_ volume: String) -> XMLElement {
        node("source", ["pool": shape.pool, "volume": volume])
    }

    private var card: XMLElement? {
        guard let network = shape.network else { return nil }
        let model = node("model", ["type": "virtio"])
        guard network.hasPrefix("bridge:") else {
            return node("interface", ["type": "network"], children: [node("source", ["network": network]), model])
        }
        let bridge = String(network.dropFirst("bridge:".count))
        return node("interface", ["type": "bridge"], children: [node("source", ["bridge": bridge]), model])
    }
}
