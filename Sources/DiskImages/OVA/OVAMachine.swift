internal import Foundation
internal import FoundationXML
package import HostSystem
package import SystemPackage

/// The machine that an appliance's descriptor asks for, as far as its disk needs it to boot.
package struct OVAMachine: Sendable, Equatable {
    /// What the disk hangs on.
    package enum Controller: Sendable, Equatable {
        /// VMware's paravirtual SCSI adapter.
        case paravirtualSCSI
        /// SATA.
        case ahci
    }

    /// The firmware.
    package let firmware: OVADescription.Firmware
    /// The memory.
    package let memory: ByteCount
    /// What the disk hangs on.
    package let controller: Controller
}

extension OVAArchive {
    /// The machine that the descriptor asks for.
    ///
    /// - Throws: ``ImageError`` for a descriptor that is no XML, lacks one of the facts, or asks for what is not known.
    package func machine() throws -> OVAMachine {
        guard let member = members.first(where: { $0.name.lowercased().hasSuffix(".ovf") }) else {
            throw ImageError(.corrupt, file.path, "there is no .ovf descriptor in the archive")
        }
        do {
            return try OVFHardware(of: Data(Self.text(member, of: file))).machine()
        } catch let error as OVFHardware.Problem {
            throw ImageError(error.kind, file.path, at: member.range.lowerBound, "\(member.name): \(error.reason)")
        }
    }

    /// Writes the disk's own file, as it lies in the archive, to `path`.
    ///
    /// - Parameter isCancelled: Asked between blocks of 1 MiB.
    package func copyDisk(to path: FilePath, isCancelled: () -> Bool = { false }) throws {
        guard let member = members.first(where: { $0.name.lowercased().hasSuffix(".vmdk") }) else {
            throw ImageError(.corrupt, file.path, "there is no .vmdk disk in the archive")
        }
        let output = try FileDescriptor.open(
            path, .writeOnly, options: [.create, .exclusiveCreate, .closeOnExec], permissions: .publicFile)
        try output.closeAfter {
            var offset = member.range.lowerBound
            while offset < member.range.upperBound {
                if isCancelled() { throw CancellationError() }
                let count = Int(min(1 << 20, member.range.upperBound - offset))
                _ = try output.writeAll(try file.bytes(at: offset, count: count))
                offset += Int64(count)
            }
        }
    }
}

/// The hardware section of an OVF descriptor (DSP0243): `Item`s with CIM's numbers for what they are.
private struct OVFHardware {
    struct Problem: Error {
        let kind: ImageError.Kind
        let reason: String
    }

    private let document: XMLDocument

    init(of bytes: Data) throws {
        guard let document = try? XMLDocument(data: bytes, options: [.nodeLoadExternalEntitiesNever]) else {
            throw Problem(kind: .corrupt, reason: "this is no XML")
        }
        self.document = document
    }

    func machine() throws -> OVAMachine {
        let items = try document.nodes(forXPath: "//*[local-name()='VirtualHardwareSection']/*[local-name()='Item']")
            .map(Self.fields)
        return OVAMachine(
            firmware: try firmware(), memory: try memory(in: items), controller: try controller(in: items))
    }

    private static func fields(of item: XMLNode) -> [String: String] {
        (item.children ?? []).reduce(into: [:]) { fields, child in
            if let name = child.localName { fields[name] = child.stringValue }
        }
    }

    /// Without a word of it, an appliance wants BIOS.
    private func firmware() throws -> OVADescription.Firmware {
        let path = "//*[local-name()='Config'][@*[local-name()='key']='firmware']/@*[local-name()='value']"
        guard let word = try document.nodes(forXPath: path).first?.stringValue else { return .bios }
        guard let firmware = OVADescription.Firmware(rawValue: word) else {
            throw Problem(kind: .unsupported, reason: "the firmware \(word.printable) is not known")
        }
        return firmware
    }

    private func memory(in items: [[String: String]]) throws -> ByteCount {
        guard let item = items.first(where: { $0["ResourceType"] == "4" }),
            ["byte * 2^20", "MegaBytes"].contains(item["AllocationUnits"] ?? ""),
            let count = item["VirtualQuantity"].flatMap(Int64.init), (1...16 << 20).contains(count)
        else { throw Problem(kind: .unsupported, reason: "it does not tell its memory in MiB") }
        return .mebibytes(count)
    }

    private func controller(in items: [[String: String]]) throws -> OVAMachine.Controller {
        guard let disk = items.first(where: { $0["ResourceType"] == "17" }), let parent = disk["Parent"],
            let controller = items.first(where: { $0["InstanceID"] == parent })
        else { throw Problem(kind: .corrupt, reason: "its disk hangs on nothing") }
        switch (controller["ResourceType"], controller["ResourceSubType"]) {
        case ("6", "VirtualSCSI"): return .paravirtualSCSI
        case ("20", "AHCI"), ("20", nil): return .ahci
        case (let kind, let model):
            let words = [kind, model].compactMap(\.self).joined(separator: " ").printable
            throw Problem(kind: .unsupported, reason: "the controller \(words) is not known")
        }
    }
}
