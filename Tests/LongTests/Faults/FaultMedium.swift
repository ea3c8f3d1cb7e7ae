import HostSystem
import SystemPackage

/// Installer media that are not what they should be.
enum FaultMedium {
    private static let deadline: Duration = .seconds(120)

    /// A copy of a medium without some of its files, or with others in their place.
    static func copy(
        of medium: FilePath, in folder: FilePath, without removed: [String] = [],
        replacing replaced: [String: FilePath] = [:]
    ) async throws -> FilePath {
        let copy = folder.appending("medium.iso")
        try await Program.run(
            "xorriso",
            ["-no_rc", "-indev", "stdio:\(medium)", "-outdev", "stdio:\(copy)", "-boot_image", "any", "replay"]
                + removed.flatMap { ["-rm", $0, "--"] }
                + replaced.sorted { $0.key < $1.key }.flatMap { ["-update", $0.value.string, $0.key] } + ["-end"],
            deadline: deadline)
        return copy
    }

    /// The first `part` of a file of a medium.
    static func beginning(of file: String, on medium: FilePath, part: Double, in folder: FilePath) async throws
        -> FilePath
    {
        let target = try await extract(file, from: medium, in: folder)
        let descriptor = try FileDescriptor.open(target, .writeOnly)
        try descriptor.closeAfter {
            try descriptor.resize(to: Int64(Double(try descriptor.seek(offset: 0, from: .end)) * part))
        }
        return target
    }

    /// A medium with the right label that holds hardly anything.
    ///
    /// - Parameter loader: The FAT image that the firmware finds a loader on; nil for a medium that cannot be booted.
    static func empty(in folder: FilePath, loader: FilePath? = nil) async throws -> FilePath {
        let tree = folder.appending("tree")
        try tree.appending(".disk").createFolder()
        try tree.appending(".disk/info").write("kldload 1.5.0 x86_64\n".utf8)
        var options: [String] = []
        if let loader {
            try tree.appending("efiboot.img").write(try loader.readBytes(limit: .mebibytes(64)))
            options = ["-e", "efiboot.img", "-no-emul-boot"]
        }
        let medium = folder.appending("medium.iso")
        try await Program.run(
            "xorriso",
            ["-as", "mkisofs", "-quiet", "-r", "-V", "KLDLOAD", "-o", medium.string] + options + [tree.string],
            deadline: deadline)
        return medium
    }

    /// A FAT image without a file.
    static func emptyLoader(in folder: FilePath) async throws -> FilePath {
        let image = folder.appending("empty.img")
        try image.write([UInt8](repeating: 0, count: 4 << 20))
        try await Program.run("mkfs.vfat", [image.string], deadline: deadline)
        return image
    }

    /// A file of a medium, copied into a folder.
    static func extract(_ file: String, from medium: FilePath, in folder: FilePath) async throws -> FilePath {
        let target = folder.appending("extracted")
        try await Program.run(
            "xorriso",
            ["-no_rc", "-osirrox", "on", "-indev", "stdio:\(medium)", "-extract", file, target.string],
            deadline: deadline)
        try await Program.run("chmod", ["u+w", target.string], deadline: deadline)
        return target
    }

    /// A file of nonsense.
    static func nonsense(in folder: FilePath) throws -> FilePath {
        let file = folder.appending("nonsense")
        try file.write(Array(repeating: Array("nonsense\n".utf8), count: 100_000).joined())
        return file
    }
}
