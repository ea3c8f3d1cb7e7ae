internal import Foundation
internal import FoundationXML
internal import HostSystem
internal import Libvirt
internal import SystemPackage

extension MachineDefinition {
    /// The libvirt domain (formatdomain.html), as the factory runs every machine: q35, UEFI without Secure Boot, the
    /// agent's channel, a serial console and a screen.
    func xml(accelerator: Accelerator, files: MachineFiles, labels: [SecurityLabel]) -> String {
        let domain = node("domain", ["type": accelerator == .kvm ? "kvm" : "qemu"])
        domain.add(
            node("name", text: name),
            // A new one is made whenever the guest is restored, which tells its kernel to seed its random numbers anew.
            node("genid"),
            node("memory", ["unit": "b"], text: "\(memory.bytes)"),
            accelerator.processorCount(cpus, room: 2),
            operatingSystem(variables: files.variables),
            features(accelerator),
            accelerator.processorKind,
            node("clock", ["offset": "utc"]),
            node("on_poweroff", text: "destroy"),
            node("on_reboot", text: endsOnReboot ? "destroy" : "restart"),
            node("on_crash", text: "preserve"),
            devices(files))
        for label in labels { domain.add(securityLabel(label)) }
        return domain.xmlString
    }

    private func operatingSystem(variables: FilePath) -> XMLElement {
        let system = node("os", ["firmware": "efi"])
        system.add(
            node("type", ["arch": "x86_64", "machine": "q35"], text: "hvm"),
            node("firmware", children: [node("feature", ["enabled": "no", "name": "secure-boot"])]),
            node("nvram", text: variables.string))
        if let kernel {
            system.add(
                node("kernel", text: kernel.image.string),
                node("initrd", text: kernel.initialDisk.string),
                node("cmdline", text: kernel.arguments))
        } else {
            if cdrom != nil { system.add(node("boot", ["dev": "cdrom"])) }
            system.add(node("boot", ["dev": "hd"]))
        }
        return system
    }

    private func features(_ accelerator: Accelerator) -> XMLElement {
        let features = node("features", children: [node("acpi"), node("apic")])
        if accelerator == .tcg {
            features.add(node("tcg", children: [node("tb-cache", ["unit": "MiB"], text: "512")]))
        }
        return features
    }

    private func securityLabel(_ label: SecurityLabel) -> XMLElement {
        guard let account = label.account else { return node("seclabel", ["type": "none", "model": label.driver]) }
        return node(
            "seclabel", ["type": "static", "model": label.driver, "relabel": "no"],
            children: [node("label", text: account)])
    }

    private func devices(_ files: MachineFiles) -> XMLElement {
        let devices = node("devices")
        devices.add(mainDisk)
        if let seed {
            devices.add(
                disk("disk", source: seed, format: "raw", target: "vd\(diskBus == .virtio ? "b" : "a")", bus: "virtio"))
        }
        if let cdrom {
            devices.add(disk("cdrom", source: cdrom, format: "raw", target: "sdf", bus: "sata"))
        }
        if diskBus == .scsi { devices.add(node("controller", ["type": "scsi", "model": "virtio-scsi"])) }
        devices.add(
            socket("serial", path: files.serial, target: ["type": "isa-serial", "port": "0"]),
            socket("channel", path: files.agent, target: ["type": "virtio", "name": "org.qemu.guest_agent.0"]))
        if let card = networkCard { devices.add(card) }
        devices.add(
            screen,
            node("rng", ["model": "virtio"], children: [node("backend", ["model": "random"], text: "/dev/urandom")]),
            node("panic", ["model": "isa"]),
            node("memballoon", ["model": "none"]))
        return devices
    }

    /// A small one: kernels draw each line of their log anew over all of it, which is slow under emulation.
    private var screen: XMLElement {
        let resolution = node("resolution", ["x": "640", "y": "480"])
        return node("video", children: [node("model", ["type": "vga"], children: [resolution])])
    }

    /// The result disk: `cache=unsafe` because the layer is flushed and synced as a whole when the machine is off. A request
    /// that fails on the host pauses the machine, so that no guest goes on with a disk that has lost something.
    private var mainDisk: XMLElement {
        let main = node("disk", ["type": "file", "device": "disk"])
        main.add(
            node(
                "driver",
                [
                    "name": "qemu", "type": "qcow2", "cache": "unsafe", "io": "threads", "discard": "unmap",
                    "detect_zeroes": "unmap", "error_policy": "stop",
                ]),
            node("source", ["file": disk.string]),
            node("target", ["dev": diskBus.device, "bus": diskBus.rawValue]))
        return main
    }

    private func disk(_ device: String, source: FilePath, format: String, target: String, bus: String) -> XMLElement {
        node(
            "disk", ["type": "file", "device": device],
            children: [
                node("driver", ["name": "qemu", "type": format]),
                node("source", ["file": source.string]),
                node("target", ["dev": target, "bus": bus]),
                node("readonly"),
            ])
    }

    private func socket(_ kind: String, path: FilePath, target: [String: String]) -> XMLElement {
        node(
            kind, ["type": "unix"],
            children: [node("source", ["mode": "bind", "path": path.string]), node("target", target)])
    }

    private var networkCard: XMLElement? {
        let model = node("model", ["type": "virtio"])
        switch network {
        case .none: return nil
        case .user: return node("interface", ["type": "user"], children: [model])
        case .network(let name):
            return node("interface", ["type": "network"], children: [node("source", ["network": name]), model])
        case .bridge(let name):
            return node("interface", ["type": "bridge"], children: [node("source", ["bridge": name]), model])
        }
    }
}
