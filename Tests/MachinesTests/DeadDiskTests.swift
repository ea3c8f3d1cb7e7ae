import Foundation
import HostSystem
import SystemPackage
import Testing

@testable import Machines

/// The logs on the disk of a dead system, by the real libguestfs.
@Suite(.timeLimit(.minutes(20)))
struct DeadDiskTests {
    @Test func copiesTheLogsOfASystem() async throws {
        try await withDisk { disk, folder in
            try await copy(dead(disk), in: folder)
            let bundle = folder.appending("bundle")
            #expect(try bundle.pushing("kldload/install.log").readText() == "it ended\n")
            #expect(bundle.folderEntries == ["kldload"])
        }
    }

    /// A file of holes takes nothing on the disk, and all of its length here.
    @Test func copiesNoMoreThanThereIsRoomFor() async throws {
        try await withDisk(hole: .gibibytes(1)) { disk, folder in
            var dead = dead(disk)
            dead.room = .mebibytes(16)
            try await copy(dead, in: folder)
            #expect(folder.appending("scratch").allocatedSize < ByteCount.mebibytes(512).bytes)
            #expect(try folder.pushing("bundle/kldload/install.log").readText() == "it ended\n")
        }
    }

    /// Its small machine has the time that it needs beside other tests' machines.
    private func dead(_ disk: FilePath) -> DeadDisk {
        var dead = DeadDisk(disk, accelerator: .tcg)
        dead.deadline = .seconds(600)
        return dead
    }

    private func copy(_ dead: DeadDisk, in folder: FilePath) async throws {
        let scratch = folder.appending("scratch")
        try scratch.createFolder()
        try await dead.copy(
            ["/var/log/kldload", "/var/log/none", "/var/log/large"], to: folder.appending("bundle"), through: scratch,
            redactor: Redactor([]))
    }

    /// Lends the disk of a system that has logs, and perhaps a log that is one hole.
    private func withDisk(
        hole: ByteCount? = nil, _ body: (FilePath, FilePath) async throws -> Void
    ) async throws {
        try await withScratchFolder(in: "/var/tmp", prefix: "if-dead") { folder in
            let root = folder.appending("root")
            for (path, text) in [
                ("etc/debian_version", "13.0\n"), ("etc/fstab", "/dev/sda / ext4 defaults 0 1\n"),
                ("etc/os-release", "ID=debian\nVERSION_ID=13\n"), ("var/lib/dpkg/status", "\n"),
                ("bin/sh", "\n"), ("boot/vmlinuz", "\n"), ("var/log/kldload/install.log", "it ended\n"),
            ] {
                let file = root.pushing(FilePath(path))
                try file.removingLastComponent().createFolder()
                try file.write(text.utf8)
            }
            if let hole {
                let large = root.pushing("var/log/large")
                try large.createFolder()
                let file = try FileDescriptor.open(
                    large.appending("log"), .writeOnly, options: [.create], permissions: .ownerReadWrite)
                try file.closeAfter { try file.resize(to: hole.bytes) }
            }
            let (raw, disk) = (folder.appending("disk.raw"), folder.appending("disk.qcow2"))
            try await Program.run(
                "mke2fs", ["-q", "-t", "ext4", "-d", root.string, raw.string, "2G"], deadline: .seconds(60))
            try await Program.run(
                "qemu-img", ["convert", "-O", "qcow2", raw.string, disk.string], deadline: .seconds(60))
            try await body(disk, folder)
        }
    }
}
