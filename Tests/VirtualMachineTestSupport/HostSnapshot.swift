import Foundation
import HostSystem
import SystemPackage

/// What there is on this host that a factory could leave: in folders for temporary files, and mounts. What another factory
/// uses that lives is not in it.
package struct HostSnapshot: Sendable {
    private static let places: [(folder: FilePath, beginnings: [String])] = [
        ("/run/imagefactory", [""]), ("/tmp", ["if-", "imagefactory", "libguestfs", "supermin"]),
        ("/dev/shm", ["imagefactory"]), ("/var/cache/imagefactory/iso/lab", ["new-"]),
        ("/var/cache/imagefactory/iso", ["lab-"]),
    ]

    private let names: Set<String>

    /// What there is now.
    package init() {
        names = Self.now()
    }

    /// What there is beside that now.
    package func added() -> [String] {
        Self.now().subtracting(names).sorted()
    }

    /// Temporary files are locked by their makers; a runtime folder names the process whose libvirt works in it.
    private static func isInUse(_ path: FilePath) -> Bool {
        let holder = try? path.pushing("l/run/qemu/driver.pid").readText().trimmingCharacters(
            in: .whitespacesAndNewlines)
        if let holder, FilePath("/proc/\(holder)").exists { return true }
        return (try? FileLock(ofExisting: path)) == nil
    }

    private static func now() -> Set<String> {
        let files = places.flatMap { place in
            place.folder.folderEntries.filter { name in place.beginnings.contains { name.hasPrefix($0) } }
                .map { place.folder.appending($0) }.filter { !isInUse($0) }.map(\.string)
        }
        let mounts = ((try? FilePath("/proc/self/mountinfo").readText()) ?? "").split(separator: "\n")
            .compactMap { $0.split(separator: " ").dropFirst(4).first.map { "mount \($0)" } }
        return Set(files + mounts)
    }
}
