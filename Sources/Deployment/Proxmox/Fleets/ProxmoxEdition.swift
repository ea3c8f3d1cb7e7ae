package import HostSystem

/// What all machines of one generation of a fleet on Proxmox have in common.
package struct ProxmoxEdition: Sendable {
    /// The release of their template.
    package var release: ProxmoxRelease
    /// What the template's settings were made from.
    var settings: Digest
    /// What they are, beside the template.
    package var shape: CloneShape

    /// The digest of all of it.
    package var fingerprint: Digest {
        Digest.of("\(release.digest.hex) \(release.image.hex) \(settings.hex) \(shape.digest.hex)")
    }
}
