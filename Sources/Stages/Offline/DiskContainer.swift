/// A format of disk files that libguestfs's small machine reads, by QEMU's name.
package enum DiskContainer: String, Sendable, CaseIterable {
    case qcow2, raw, vmdk
    /// Microsoft's VHD.
    case vhd = "vpc"
}
