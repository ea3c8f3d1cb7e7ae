internal import DiskImages
internal import Foundation
internal import HostSystem
package import Machines
package import SystemPackage

/// The seal of a disk file that no machine uses, in libguestfs's small machine.
///
/// A copy is sealed and then takes the disk's place by one rename: the disk is as it was, or sealed whole, whatever happens.
package struct OfflineSeal: Sendable {
    private let operations: [SealOperation]
    private let account: SealedAccount
    private let accelerator: Accelerator

    /// The seal by `operations`, in a small machine that runs by `accelerator`.
    package init(_ operations: [SealOperation], account: SealedAccount, accelerator: Accelerator) {
        self.operations = operations
        self.account = account
        self.accelerator = accelerator
    }

    /// Seals `disk`, a qcow2 or raw file.
    ///
    /// - Throws: ``SealedDiskError``, ``DiskInUseError``, ``SealError``, ``OfflineLookError``, `CancellationError`; the disk is
    ///   unchanged then.
    package func seal(_ disk: FilePath) async throws -> SealReport {
        let claim = try DiskClaim(of: disk)
        let container = try Self.container(of: disk)
        let file = FilePath(URL(filePath: disk.string).resolvingSymlinksInPath().path)
        let report = try await withScratchFolder(in: file.removingLastComponent(), prefix: ".seal") { folder in
            let copy = folder.appending("disk")
            try await Program.run(
                "cp", ["--reflink=auto", "--sparse=always", "--preserve=all", file.string, copy.string],
                deadline: .seconds(3600))
            let script = SealScript(operations, in: .disk, account: account).whole
            let text = try await OfflineMachine(accelerator: accelerator).seal(copy, as: container, script: script)
            let report = try self.report(from: text, disk: disk)
            try copy.sync()
            try copy.rename(to: file)
            return report
        }
        _ = consume claim
        return report
    }

    /// The report on `disk` from what the script in the small machine printed.
    ///
    /// - Throws: ``SealedDiskError``, ``SealError``, ``OfflineLookError`` when not all of it is sealed.
    func report(from text: String, disk: FilePath) throws -> SealReport {
        let lines = text.split(whereSeparator: \.isNewline).map(String.init)
        switch lines.last {
        case "none": throw SealedDiskError.noSystem(disk, volumes: lines.compactMap(Self.volume))
        case "foreign": throw SealedDiskError.foreign(disk)
        case "sealed": break
        default: throw OfflineLookError(reason: "the disk could not be sealed; it did not come to its end")
        }
        let left = lines.compactMap(Self.left)
        guard left.isEmpty else { throw SealedDiskError.unreached(disk, left: left) }
        var telling = SealTelling()
        for line in lines { telling.read(line) }
        let said = lines.filter { $0.hasPrefix("  ") }.suffix(8).map { TerminalText.plain($0.dropFirst(2)) }
        try telling.confirm(operations.filter { $0.applies(to: .disk) }, output: said)
        guard telling.isDone else { throw SealError(operation: "the last", output: said) }
        return SealReport(operations, in: .disk, telling: telling)
    }

    /// What kind of volume a line of `mount-system.sh` tells of.
    private static func volume(_ line: String) -> String? {
        let fields = line.split(separator: "\t")
        return fields.count == 3 && fields[0] == "volume" ? TerminalText.plain(fields[2]) : nil
    }

    /// Which part of the system a line of `mount-system.sh` says is not mounted, and why.
    private static func left(_ line: String) -> String? {
        let fields = line.split(separator: "\t")
        return fields.count == 3 && fields[0] == "left" ? TerminalText.plain("\(fields[1]) (\(fields[2]))") : nil
    }

    private static func container(of disk: FilePath) throws -> DiskContainer {
        // An overlay is refused: a copy elsewhere would not find what it stands on.
        _ = try DiskImage.open(disk, backing: .none)
        return switch try DiskImage.recognize(SourceFile(disk)) {
        case .qcow2: .qcow2
        case .raw: .raw
        case let format: throw SealedDiskError.format(disk, format.rawValue)
        }
    }
}

/// A disk that cannot be sealed offline.
package enum SealedDiskError: Error, CustomStringConvertible {
    /// Nothing that can be reached.
    case missing(FilePath)
    /// A device or a folder.
    case notAFile(FilePath)
    /// A format that is not written in place.
    case format(FilePath, String)
    /// No system that libguestfs reads is on the disk, which has volumes of these kinds.
    case noSystem(FilePath, volumes: [String])
    /// Parts of the system, each with the reason, that its own table mounts and libguestfs does not.
    case unreached(FilePath, left: [String])
    /// The system is made for another processor.
    case foreign(FilePath)

    package var description: String {
        switch self {
        case .missing(let path): "there is no file \(path)"
        case .notAFile(let path): "\(path) is no disk file; the seal works on qcow2 and raw files"
        case .format(let path, let format):
            "\(path) is \(format), which cannot be changed; make a qcow2 of it with 'imagefactory convert', seal that, and "
                + "convert it back"
        case .noSystem(let path, let volumes) where volumes.contains("zfs_member"):
            "the system on \(path) lies in a ZFS pool, which cannot be sealed offline; seal it while it runs, in a build"
        case .noSystem(let path, let volumes):
            "no system is on \(path); there are \(volumes.isEmpty ? "no volumes" : volumes.joined(separator: ", "))"
        case .unreached(let path, let left):
            "\(path) would be sealed in part alone: not \(left.joined(separator: ", nor ")); seal the system while it "
                + "runs, in a build, or take these out of its /etc/fstab"
        case .foreign(let path): "the system on \(path) is made for another processor; seal it on a host of that kind"
        }
    }
}
