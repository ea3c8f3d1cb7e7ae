internal import CLibvirt
internal import Glibc
internal import HostSystem
package import SystemPackage

extension Domain {
    /// Saves the running domain's memory and moves its disks to new files, as `xml` says (formatsnapshot.html,
    /// `external`); the files exist already and stand on the present ones. The domain is paused meanwhile.
    ///
    /// libvirt remembers nothing of it afterwards.
    package func snapshot(xml: String) async throws {
        try await offloaded { [self] _ in
            let flags =
                VIR_DOMAIN_SNAPSHOT_CREATE_NO_METADATA.rawValue | VIR_DOMAIN_SNAPSHOT_CREATE_REUSE_EXT.rawValue
            let snapshot = try check(
                virDomainSnapshotCreateXML(pointer, xml, UInt32(flags)), "save the state of the domain \(name)")
            virDomainSnapshotFree(snapshot)
        }
    }
}

extension Connection {
    /// The definition of the domain whose memory was saved in `memory`, as XML.
    package func savedDomain(in memory: FilePath) async throws -> String {
        try await offloaded { [self] _ in
            let text = try check(
                virDomainSaveImageGetXMLDesc(pointer.raw, memory.string, 0), "read the domain saved in \(memory)")
            defer { free(text) }
            return String(cString: text)
        }
    }

    /// Starts the domain that was saved in `memory`, paused, with the places of its files as in `xml`.
    ///
    /// Its name must be the one that it was saved under.
    package func restore(memory: FilePath, xml: String, name: String) async throws -> Domain {
        try await offloaded { [self] _ in
            try check(
                virDomainRestoreFlags(pointer.raw, memory.string, xml, UInt32(VIR_DOMAIN_SAVE_PAUSED.rawValue)),
                "restore the domain \(name)")
            let raw = try check(virDomainLookupByName(pointer.raw, name), "find the domain \(name)")
            return Domain(name: name, pointer: raw, connection: self)
        }
    }
}
