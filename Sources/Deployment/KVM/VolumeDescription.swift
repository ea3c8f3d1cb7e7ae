internal import DiskImages
internal import Foundation
internal import FoundationXML
internal import HostSystem
internal import Libvirt

/// Descriptions of volumes (formatstorage.html).
enum VolumeDescription {
    /// An empty file that grows with what is written into it.
    static func file(_ name: String) -> String {
        volume(name, capacity: 0, format: .raw).xmlString
    }

    /// A disk that stands on a base, and holds what differs from it.
    static func overlay(_ name: String, capacity: Int64, on base: String, _ format: ImageFormat) -> String {
        let volume = volume(name, capacity: capacity, format: .qcow2)
        volume.add(
            node("backingStore", children: [node("path", text: base), node("format", ["type": format.rawValue])]))
        return volume.xmlString
    }

    /// A whole disk.
    static func disk(_ name: String, capacity: Int64, format: ImageFormat) -> String {
        volume(name, capacity: capacity, format: format).xmlString
    }

    private static func volume(_ name: String, capacity: Int64, format: ImageFormat) -> XMLElement {
        node(
            "volume",
            children: [
                node("name", text: name), node("capacity", ["unit": "bytes"], text: "\(capacity)"),
                node("allocation", ["unit": "bytes"], text: "0"),
                node(
                    "target",
                    children: [node("format", ["type": format.rawValue])]
                        + (format == .qcow2 ? [node("compat", text: "1.1")] : [])),
            ])
    }
}
