internal import Foundation
package import HostSystem
package import SystemPackage

/// What can be found out about this host without starting anything.
package enum HostFacts {
    /// The programs that a build runs, with the Debian package of each.
    package static let tools = [
        ("qemu-system-x86_64", "qemu-system-x86"), ("qemu-img", "qemu-utils"), ("xorriso", "xorriso"),
        ("mformat", "mtools"), ("mcopy", "mtools"), ("tar", "tar"), ("guestfish", "guestfish"),
    ]

    /// The names of the tools that are not installed, each with its package.
    package static func missingTools() async -> [String] {
        var missing: [String] = []
        for (tool, package) in tools where await Program.path(of: tool) == nil {
            missing.append("\(tool) (package \(package))")
        }
        return missing
    }

    /// The UEFI firmware for guests; nil if there is none.
    package static func firmware() -> FilePath? {
        let places: [FilePath] = [
            "/usr/share/OVMF/OVMF_CODE_4M.fd", "/usr/share/OVMF/OVMF_CODE.fd", "/usr/share/edk2/ovmf/OVMF_CODE.fd",
        ]
        return places.first(where: \.exists)
    }

    /// The memory that can be had without swapping (`MemAvailable`).
    package static func availableMemory() -> ByteCount {
        let text = (try? FilePath("/proc/meminfo").readText(limit: .mebibytes(1))) ?? ""
        let line = text.split(separator: "\n").first { $0.hasPrefix("MemAvailable:") }
        let kibibytes = line?.split(separator: " ").dropFirst().first.flatMap { Int64($0) }
        return ByteCount((kibibytes ?? 0) << 10)
    }
}
