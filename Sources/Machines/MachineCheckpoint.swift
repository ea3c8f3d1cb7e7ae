internal import Foundation
internal import FoundationXML
internal import HostSystem
internal import Libvirt
package import SystemPackage

/// A guest that was frozen in the middle of its work, with its memory: a machine can go on from it without a boot.
///
/// ```
/// FOLDER/memory         the guest's memory and devices as libvirt saves them, with the machine's definition
/// FOLDER/variables.fd   the firmware's variables
/// ```
/// The disk is not part of it: the file that the machine used when it was frozen stays as it was, and must be kept with
/// all that it stands on. The memory can hold secrets of the guest's, so only its owner may read the folder.
package struct MachineCheckpoint: Sendable {
    /// The folder.
    package let folder: FilePath
    /// The machine's name; libvirt restores it under no other.
    package let name: String

    /// A checkpoint in `folder` of the machine called `name`.
    package init(folder: FilePath, name: String) {
        self.folder = folder
        self.name = name
    }

    var memory: FilePath { folder.appending("memory") }
    var variables: FilePath { folder.appending("variables.fd") }

    /// What libvirt is asked for: the memory goes into this folder, and the disk `device` to the file `overlay`.
    func snapshotXML(device: String, overlay: FilePath) -> String {
        let disk = node(
            "disk", ["name": device, "snapshot": "external"], children: [node("source", ["file": overlay.string])])
        return node(
            "domainsnapshot",
            children: [
                node("memory", ["snapshot": "external", "file": memory.string]), node("disks", children: [disk]),
            ]
        ).xmlString
    }

    /// A saved definition with its files in other places: its one disk at `disk`, and a machine's own `files`.
    ///
    /// - Throws: ``CheckpointError`` if it is not a definition of ours.
    static func moved(_ definition: String, disk: FilePath, files: MachineFiles) throws -> String {
        let document = try XMLDocument(xmlString: definition)
        func elements(_ path: String) throws -> [XMLElement] {
            try document.nodes(forXPath: path).compactMap { $0 as? XMLElement }
        }
        let disks = try elements("/domain/devices/disk[@device='disk']")
        guard disks.count == 1, let variables = try elements("/domain/os/nvram").first else {
            throw CheckpointError(reason: "the saved machine has \(disks.count) disks")
        }
        // libvirt finds out anew what the disk stands on.
        for chain in try elements("/domain/devices/disk/backingStore") { chain.detach() }
        for source in try elements("/domain/devices/disk[@device='disk']/source") { source.set(["file": disk.string]) }
        for kind in ["serial", "console"] {
            for source in try elements("/domain/devices/\(kind)/source") { source.set(["path": files.serial.string]) }
        }
        for source in try elements("/domain/devices/channel/source") { source.set(["path": files.agent.string]) }
        variables.stringValue = files.variables.string
        return document.xmlString
    }
}

/// A checkpoint that a machine could not go on from; a boot does instead.
package struct CheckpointError: Error, CustomStringConvertible {
    /// Why not.
    package let reason: String

    /// A checkpoint that cannot be used for `reason`.
    package init(reason: String) {
        self.reason = reason
    }

    package var description: String { "the checkpoint cannot be used: \(reason)" }
}

extension XMLElement {
    /// Sets attributes, those that are there already too.
    fileprivate func set(_ attributes: [String: String]) {
        for (name, value) in attributes.sorted(by: { $0.key < $1.key }) {
            removeAttribute(forName: name)
            let attribute = XMLNode(kind: .attribute)
            attribute.name = name
            attribute.stringValue = value
            addAttribute(attribute)
        }
    }
}
