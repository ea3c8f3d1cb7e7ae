import Foundation
import HostSystem
import SystemPackage
import Testing

@testable import Stages

/// The script of `templates/_shared/grow-disk`, on a real partition table in a file. What needs a kernel is stood in for;
/// the real growth is seen in clones of images.
struct GrowDiskTests {
    @Test(arguments: [
        ("ext4", ["partx --update --nr 2", "resize2fs DISK2"]),
        ("xfs", ["partx --update --nr 2", "xfs_growfs /"]),
        ("btrfs", ["partx --update --nr 2", "btrfs filesystem resize max /"]),
        ("zfs", ["partx --update --nr 2", "zpool online -e rpool DISK2"]),
    ])
    func growsThePartitionAndWhatIsOnIt(kind: String, calls: [String]) async throws {
        try await GrowingDisk.with(kind: kind) { disk in
            let before = try await disk.table()
            try await disk.enlarge(to: 2048)
            #expect(try await disk.grow().hasPrefix("partition 2 of vda grew from 959 MiB to 19"))
            #expect(try disk.calls() == calls)
            // Nothing else of the table is another: starts, types and UUIDs.
            let size = #/size= *\d+|last-lba: \d+/#
            #expect(try await disk.table().replacing(size, with: "") == before.replacing(size, with: ""))
            try await disk.expectNoRoom()
        }
    }

    @Test(arguments: ["ext4", "zfs"])
    func writesNothingWhereThereIsNoRoom(kind: String) async throws {
        try await GrowingDisk.with(kind: kind) { disk in
            let before = try await Digest.of(file: disk.file)
            _ = try await disk.grow()
            #expect(try await Digest.of(file: disk.file) == before)
            #expect(try disk.calls() == (kind == "zfs" ? [] : ["resize2fs DISK2"]))
        }
    }

    @Test func goesOnWhereAPowerLossEndedAGrowth() async throws {
        try await GrowingDisk.with(kind: "zfs", expandSize: "1G") { disk in
            _ = try await disk.grow()
            #expect(try disk.calls() == ["zpool online -e rpool DISK2"])
        }
    }

    @Test(arguments: [
        ("ext4", "/dev/mapper/root", "the root lies on /dev/mapper/root, which is no partition"),
        ("overlay", "overlay", "the root is of the kind overlay"),
        ("ext4", "DISK1", "partition 1 is not the last one of vda"),
        ("zfs", "DISK1 DISK2", "the pool rpool has not one device"),
    ])
    func leavesWhatItCannotGrow(kind: String, device: String, reason: String) async throws {
        try await GrowingDisk.with(kind: kind, device: device) { disk in
            try await disk.enlarge(to: 2048)
            let before = try await Digest.of(file: disk.file)
            #expect(try await disk.grow() == "nothing to grow: \(reason)")
            #expect(try await Digest.of(file: disk.file) == before)
            #expect(try disk.calls() == [])
        }
    }

    @Test func endsInVainWhereTheTableCannotBeWritten() async throws {
        try await GrowingDisk.with(kind: "ext4") { disk in
            try await disk.enlarge(to: 2048)
            try disk.file.write(Array("no table".utf8))
            await #expect(throws: ProgramError.self) { try await disk.grow() }
            #expect(try disk.calls() == [])
        }
    }
}

/// A disk of 1 GiB in a file, `vda`, with an ESP and a root, as the kernel would show it.
private struct GrowingDisk {
    let folder: FilePath

    /// The disk's own file.
    var file: FilePath { folder.appending("dev/vda") }

    private static let script = FilePath(#filePath).removingLastComponent().removingLastComponent()
        .removingLastComponent().appending("templates/_shared/grow-disk/usr/local/sbin/grow-disk")

    /// Lends one whose root is of a kind, on a device; `DISK1` and `DISK2` stand for its partitions.
    static func with<Result>(
        kind: String, device: String = "DISK2", expandSize: String = "-",
        _ body: (GrowingDisk) async throws -> Result
    ) async throws -> Result {
        try await withScratchFolder(in: "/tmp", prefix: "grow-disk") { folder in
            let disk = GrowingDisk(folder: folder)
            for name in ["dev", "bin", "vda/vda1", "vda/vda2", "block"] { try folder.appending(name).createFolder() }
            try await disk.enlarge(to: 1024)
            try await disk.shell(
                """
                printf 'label: gpt\\nsize=64MiB, type=uefi, name=EFI\\ntype=linux, name=rpool\\n' | sfdisk -q dev/vda
                for number in 1 2; do
                    : >dev/vda$number
                    echo $number >vda/vda$number/partition
                    ln -s ../vda/vda$number block/vda$number
                done
                ln -s ../vda block/vda
                sh tell
                """, with: ["tell": tell])
            let devices = device.split(separator: " ").map { disk.path(String($0)) }
            try disk.stand(
                in: "findmnt",
                doing:
                    "case $* in *FSTYPE*) echo \(kind) ;; *SOURCE*) echo \(kind == "zfs" ? "rpool/ROOT/lab" : devices[0]) ;; esac"
            )
            let pool = ["rpool\t1G"] + devices.map { "\t\($0)\t1G" }
            try disk.stand(
                in: "zpool",
                doing: """
                    case $* in
                    *expandsize*) echo '\(expandSize)' ;;
                    list*) printf '%s\\n' \(pool.map { "'\($0)'" }.joined(separator: " ")) ;;
                    *) \(note("zpool")) ;;
                    esac
                    """)
            try disk.stand(in: "partx", doing: "\(note("partx")); cd \(folder); sh tell")
            for name in ["resize2fs", "xfs_growfs", "btrfs"] { try disk.stand(in: name, doing: note(name)) }
            return try await body(disk)
        }
    }

    /// Shows the table's partitions as the kernel does.
    private static let tell = """
        stat -c %s dev/vda | awk '{ print $1 / 512 }' >vda/size
        sfdisk -d dev/vda | sed -n 's#^dev/vda\\([0-9]*\\).*start= *\\([0-9]*\\), size= *\\([0-9]*\\).*#\\1 \\2 \\3#p' |
            while read -r number start size; do
                echo "$start" >"vda/vda$number/start"
                echo "$size" >"vda/vda$number/size"
            done

        """

    private static func note(_ name: String) -> String { "echo \"\(name) $*\" >>\"$CALLS\"" }

    private func path(_ device: String) -> String {
        device.hasPrefix("DISK") ? folder.appending("dev/vda\(device.dropFirst(4))").string : device
    }

    private func stand(in name: String, doing script: String) throws {
        try folder.appending("bin/\(name)").write(Array("#!/bin/sh\n\(script)\n".utf8), mode: .init(rawValue: 0o755))
    }

    @discardableResult
    private func shell(_ script: String, with files: [String: String] = [:]) async throws -> String {
        for (name, text) in files { try folder.appending(name).write(Array(text.utf8)) }
        return try await Program.run("sh", ["-euc", script], in: folder, deadline: .seconds(60)).text
    }

    /// Makes the disk larger, in MiB, as a deployment does.
    func enlarge(to size: Int) async throws {
        try await shell("truncate -s \(size)M dev/vda; [ ! -e vda/size ] || echo \(size << 11) >vda/size")
    }

    /// Runs the script; what it printed.
    func grow() async throws -> String {
        let environment = [
            "GROW_DISK_SYS": folder.appending("block").string, "GROW_DISK_DEV": folder.appending("dev").string,
            "CALLS": folder.appending("calls").string,
            "PATH": "\(folder.appending("bin")):/usr/sbin:/usr/bin:/sbin:/bin",
        ]
        return try await Program.run(
            "sh", [Self.script.string], environment: environment, deadline: .seconds(60)
        ).text
    }

    /// What was run for it, without the folder.
    func calls() throws -> [String] {
        let file = folder.appending("calls")
        guard file.exists else { return [] }
        return try file.readText().replacing(folder.appending("dev/vda").string, with: "DISK")
            .split(separator: "\n").map { $0.hasSuffix(" DISK") ? String($0.dropLast(5)) : String($0) }
    }

    /// The partition table.
    func table() async throws -> String { try await shell("sfdisk -d dev/vda") }

    /// Expects a table without fault that uses the whole disk.
    func expectNoRoom() async throws {
        let verdict = try await shell("sfdisk -V dev/vda")
        #expect(verdict.contains("No errors detected"))
        #expect(verdict.contains("A total of 0 free sectors") || verdict.contains("free sectors is available in 0"))
    }
}
