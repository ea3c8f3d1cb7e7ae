/// The OVF descriptor of a machine with one disk: what VMware, Proxmox and VirtualBox take alike.
///
/// Version 1 of OVF (DSP0243), since Proxmox knows no other; children of an `Item` are in alphabetical order, as its schema
/// wants; memory is in MiB, since Proxmox looks at no unit. VMware and Proxmox learn the firmware from a `vmw:Config`;
/// VirtualBox, which ignores that, from a machine description of its own, which it follows instead of the `Item`s.
struct OVFDocument {
    /// The machine.
    let description: OVADescription
    /// The disk's size in bytes.
    let diskSize: Int64
    /// The VMDK's name and length.
    let diskFile: (name: String, size: Int64)
    /// What numbers are derived from.
    let identity: DiskIdentity

    /// The document's text.
    var text: String {
        XMLElement(
            "Envelope",
            [
                "xmlns": Self.envelope,
                "xmlns:ovf": Self.envelope,
                "xmlns:rasd": Self.cim + "CIM_ResourceAllocationSettingData",
                "xmlns:vssd": Self.cim + "CIM_VirtualSystemSettingData",
                "xmlns:vmw": "http://www.vmware.com/schema/ovf",
                "xmlns:vbox": "http://www.virtualbox.org/ovf/machine",
            ], [references, disks, networks, system]
        ).document
    }

    private static let envelope = "http://schemas.dmtf.org/ovf/envelope/1"
    private static let cim = "http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/"
    private static let diskFormat = "http://www.vmware.com/interfaces/specifications/vmdk.html#streamOptimized"
    private static let network = "VM Network"

    private var diskUUID: String { identity.uuidText(for: "ova-disk") }

    private var references: XMLElement {
        XMLElement(
            "References", [:],
            [
                XMLElement(
                    "File", ["ovf:href": diskFile.name, "ovf:id": "file1", "ovf:size": String(diskFile.size)])
            ])
    }

    private var disks: XMLElement {
        XMLElement(
            "DiskSection", [:],
            [
                XMLElement("Info", text: "Virtual disks"),
                XMLElement(
                    "Disk",
                    [
                        "ovf:capacity": String(diskSize), "ovf:capacityAllocationUnits": "byte",
                        "ovf:diskId": "vmdisk1", "ovf:fileRef": "file1", "ovf:format": Self.diskFormat,
                        "vbox:uuid": diskUUID,
                    ]),
            ])
    }

    private var networks: XMLElement {
        XMLElement(
            "NetworkSection", [:],
            [
                XMLElement("Info", text: "Logical networks"),
                XMLElement(
                    "Network", ["ovf:name": Self.network],
                    [XMLElement("Description", text: "The network of the first adapter")]),
            ])
    }

    private var system: XMLElement {
        var children = [
            XMLElement("Info", text: "A virtual machine"), XMLElement("Name", text: description.name),
        ]
        if let product = description.product {
            children.append(
                XMLElement(
                    "ProductSection", [:],
                    [XMLElement("Info", text: "The installed software"), XMLElement("Product", text: product.name)]
                        + (product.version.map { [XMLElement("Version", text: $0)] } ?? [])))
        }
        if let annotation = description.annotation {
            children.append(
                XMLElement(
                    "AnnotationSection", [:],
                    [XMLElement("Info", text: "A note"), XMLElement("Annotation", text: annotation)]))
        }
        children += [operatingSystem, hardware, virtualBoxMachine]
        return XMLElement("VirtualSystem", ["ovf:id": description.name], children)
    }

    private var operatingSystem: XMLElement {
        XMLElement(
            "OperatingSystemSection",
            ["ovf:id": String(description.system.cimType), "vmw:osType": description.system.vmware],
            [
                XMLElement("Info", text: "The installed operating system"),
                XMLElement("Description", text: description.system.name),
            ])
    }
}

extension OVFDocument {
    private var hardware: XMLElement {
        let machine = XMLElement(
            "System", [:],
            [
                XMLElement("vssd:ElementName", text: "Virtual Hardware Family"),
                XMLElement("vssd:InstanceID", text: "0"),
                XMLElement("vssd:VirtualSystemIdentifier", text: description.name),
                XMLElement("vssd:VirtualSystemType", text: "vmx-13"),
            ])
        return XMLElement(
            "VirtualHardwareSection", [:],
            [
                XMLElement("Info", text: "Virtual hardware requirements"), machine, cpus, memory, controller, disk,
                adapter,
            ]
                + settings)
    }

    private var cpus: XMLElement {
        item([
            "AllocationUnits": "hertz * 10^6", "Description": "Number of virtual CPUs",
            "ElementName": "\(description.cpus) virtual CPU(s)", "InstanceID": "1", "ResourceType": "3",
            "VirtualQuantity": String(description.cpus),
        ])
    }

    private var memory: XMLElement {
        item([
            "AllocationUnits": "byte * 2^20", "Description": "Memory size",
            "ElementName": "\(description.memoryMiB)MB of memory", "InstanceID": "2", "ResourceType": "4",
            "VirtualQuantity": String(description.memoryMiB),
        ])
    }

    /// The paravirtual adapter: current kernels drive it on ESXi, while some have dropped the driver of LSI Logic's.
    private var controller: XMLElement {
        item([
            "Address": "0", "Description": "SCSI controller", "ElementName": "SCSI controller 0", "InstanceID": "3",
            "ResourceSubType": "VirtualSCSI", "ResourceType": "6",
        ])
    }

    private var disk: XMLElement {
        item([
            "AddressOnParent": "0", "ElementName": "Hard disk 1", "HostResource": "ovf:/disk/vmdisk1",
            "InstanceID": "4", "Parent": "3", "ResourceType": "17",
        ])
    }

    private var adapter: XMLElement {
        item([
            "AddressOnParent": "7", "AutomaticAllocation": "true", "Connection": Self.network,
            "Description": "E1000 Ethernet adapter", "ElementName": "Network adapter 1", "InstanceID": "5",
            "ResourceSubType": "E1000", "ResourceType": "10",
        ])
    }

    private func item(_ values: KeyValuePairs<String, String>) -> XMLElement {
        XMLElement("Item", [:], values.map { XMLElement("rasd:" + $0.key, text: $0.value) })
    }

    private var settings: [XMLElement] {
        func setting(_ key: String, _ value: String) -> XMLElement {
            XMLElement("vmw:Config", ["ovf:required": "false", "vmw:key": key, "vmw:value": value])
        }
        return switch description.firmware {
        case .bios: [setting("firmware", "bios")]
        case .efi: [setting("firmware", "efi"), setting("bootOptions.efiSecureBootEnabled", "false")]
        }
    }
}

extension OVFDocument {
    /// The machine as VirtualBox's own settings file describes it, with the kinds of device that it emulates best.
    private var virtualBoxMachine: XMLElement {
        let processors = XMLElement(
            "CPU", ["count": String(description.cpus)],
            [XMLElement("PAE", ["enabled": "true"]), XMLElement("LongMode", ["enabled": "true"])])
        let adapter = XMLElement(
            "Adapter", ["slot": "0", "enabled": "true", "type": "virtio"], [XMLElement("NAT")])
        let hardware = XMLElement(
            "Hardware", [:],
            [
                processors,
                XMLElement("Memory", ["RAMSize": String(description.memoryMiB)]),
                XMLElement("Display", ["controller": "VMSVGA", "VRAMSize": "16"]),
                XMLElement("Firmware", ["type": description.firmware == .efi ? "EFI64" : "BIOS"]),
                XMLElement("BIOS", [:], [XMLElement("IOAPIC", ["enabled": "true"])]),
                XMLElement("Network", [:], [adapter]),
                XMLElement("RTC", ["localOrUTC": "UTC"]),
                XMLElement("StorageControllers", [:], [virtualBoxController]),
            ])
        return XMLElement(
            "vbox:Machine",
            [
                "ovf:required": "false", "version": "1.19-linux",
                "uuid": "{\(identity.uuidText(for: "ova-machine"))}", "name": description.name,
                "OSType": description.system.virtualBox, "snapshotFolder": "Snapshots",
            ], [XMLElement("ovf:Info", text: "The machine in VirtualBox's format"), hardware])
    }

    private var virtualBoxController: XMLElement {
        let disk = XMLElement(
            "AttachedDevice", ["type": "HardDisk", "hotpluggable": "false", "port": "0", "device": "0"],
            [XMLElement("Image", ["uuid": "{\(diskUUID)}"])])
        return XMLElement(
            "StorageController",
            [
                "name": "SATA", "type": "AHCI", "PortCount": "2", "useHostIOCache": "false", "Bootable": "true",
            ], [disk])
    }
}
