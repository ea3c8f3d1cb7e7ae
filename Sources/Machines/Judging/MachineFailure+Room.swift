internal import HostSystem
package import SystemPackage

extension MachineFailure {
    /// That this host has no room left where `file` lies; nil if it has.
    ///
    /// A disk that could not be written tells this apart by the room that is left.
    package init?(forWantOfRoomFor file: FilePath, evidence: [String]) {
        guard let free = try? file.freeSpace(), free < .mebibytes(32) else { return nil }
        self.init(.hostDiskFull, evidence: ["\(free) left for \(file)"] + evidence)
    }
}
