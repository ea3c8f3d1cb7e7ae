/// The operating system of a disk, in the words of each program that imports an appliance.
package struct GuestSystem: Sendable, Hashable {
    /// In words.
    package let name: String
    /// Its number in CIM's `CIM_OperatingSystem.OSType`.
    package let cimType: Int
    /// VMware's word, from `VirtualMachineGuestOsIdentifier`.
    package let vmware: String
    /// VirtualBox's word, from `VBoxManage list ostypes`.
    package let virtualBox: String

    /// Any 64-bit Linux.
    package static let linux = GuestSystem(
        name: "Linux (64-bit)", cimType: 101, vmware: "otherLinux64Guest", virtualBox: "Linux26_64")

    private static let known: [String: GuestSystem] = [
        "arch": GuestSystem(
            name: "Arch Linux (64-bit)", cimType: 101, vmware: "otherLinux64Guest", virtualBox: "ArchLinux_64"),
        "centos": GuestSystem(
            name: "CentOS (64-bit)", cimType: 107, vmware: "centos9_64Guest", virtualBox: "RedHat_64"),
        "debian": GuestSystem(
            name: "Debian GNU/Linux (64-bit)", cimType: 96, vmware: "debian12_64Guest", virtualBox: "Debian_64"),
        "fedora": GuestSystem(
            name: "Fedora Linux (64-bit)", cimType: 101, vmware: "fedora64Guest", virtualBox: "Fedora_64"),
        "rhel": GuestSystem(
            name: "Red Hat Enterprise Linux (64-bit)", cimType: 80, vmware: "rhel9_64Guest", virtualBox: "RedHat_64"),
        "rocky": GuestSystem(
            name: "Rocky Linux (64-bit)", cimType: 101, vmware: "rockylinux_64Guest", virtualBox: "RedHat_64"),
        "ubuntu": GuestSystem(
            name: "Ubuntu (64-bit)", cimType: 94, vmware: "ubuntu64Guest", virtualBox: "Ubuntu_64"),
    ]

    /// The system of a distribution by its word in answers files, `debian`; ``linux`` for a word that is not known.
    package static func named(_ distribution: String) -> GuestSystem {
        known[distribution.lowercased()] ?? linux
    }
}
