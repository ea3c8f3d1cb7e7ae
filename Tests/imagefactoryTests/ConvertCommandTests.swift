import Foundation
import HostSystem
import SystemPackage
import Testing

/// `imagefactory convert` and `inspect` as a user runs them, mistakes included.
struct ConvertCommandTests {
    private static let formats = "qcow2,vmdk,vhd,ova,raw"

    @Test func printsDigestsThatSha256sumTakes() async throws {
        try await withDisk { folder, disk in
            let run = try await FactoryRun(
                ["convert", disk.string, "--to", Self.formats, "--output", "out", "--name", "web", "--verify"],
                in: folder,
                state: folder)
            try #require(run.status == 0, "\(run.talk)")
            try folder.appending("out/SHA256SUMS").write(run.output.utf8)
            let check = try await Program.run(
                "sha256sum", ["--check", "--strict", "SHA256SUMS"], in: folder.appending("out"), deadline: .seconds(60))
            #expect(check.text.split(separator: "\n").count == 5)
            #expect(
                folder.appending("out").folderEntries == [
                    "SHA256SUMS", "web.ova", "web.qcow2", "web.raw", "web.vhd", "web.vmdk",
                ])
        }
    }

    @Test func saysWhatDecodedEachImageInJSON() async throws {
        struct Image: Decodable {
            let format: String
            let decodedBy: String?
            enum CodingKeys: String, CodingKey {
                case format
                case decodedBy = "decoded-by"
            }
        }
        try await withDisk { folder, disk in
            let run = try await FactoryRun(
                [
                    "convert", disk.string, "--to", "qcow2:compression=zlib,vhd:layout=dynamic", "--output", "out",
                    "--verify",
                    "--format", "json",
                ], in: folder, state: folder)
            try #require(run.status == 0, "\(run.talk)")
            let images = try JSONDecoder().decode([Image].self, from: Data(run.output.utf8))
            #expect(images.map(\.format) == ["qcow2", "vhd"])
            #expect(images.map(\.decodedBy) == ["libqcow", "imagefactory"])
        }
    }

    @Test func inspectsWhatItWrote() async throws {
        try await withDisk { folder, disk in
            _ = try await FactoryRun(
                ["convert", disk.string, "--to", "ova", "--output", ".", "--name", "web"], in: folder, state: folder)
            let run = try await FactoryRun(["inspect", "web.ova"], in: folder, state: folder)
            #expect(run.status == 0)
            #expect(run.output.contains("virtual size  67108864 bytes (64 MiB)"))
            #expect(run.output.contains("grain directory at the end"))
        }
    }

    static let mistakes: [(arguments: [String], status: Int, text: String)] = [
        (["--to", "qcow3"], 64, "'qcow3' is not a format; there are qcow2, vmdk, vhd, ova, raw"),
        (["--to", "qcow2,qcow2"], 64, "qcow2 is asked for twice"),
        (["--to", "qcow2:level=99"], 64, "level=99 of qcow2 is not a number from 1 to 19"),
        (["--to", "vhd:layout=thin"], 64, "layout=thin of vhd is not one of fixed, dynamic"),
        (["--to", "raw:level=3"], 64, "raw has no option 'level'"),
        (["--to", "ova:memory=lots"], 64, "'lots' is not a size"),
        (["--to", "raw", "--name", "../web"], 64, "is no plain name of a file"),
        (["--to", "raw", "--threads", "0"], 64, "--threads 0 is not a number from 1 to 1024"),
        (["--to", "raw", "--from", "vhd"], 1, "there is no VHD footer"),
        (["--to", "raw:device=disk.raw"], 1, "is no block device"),
    ]

    @Test(arguments: mistakes.indices)
    func refusesAMistakeInPlainWords(index: Int) async throws {
        let mistake = Self.mistakes[index]
        try await withDisk { folder, disk in
            let run = try await FactoryRun(
                ["convert", disk.string, "--output", "out"] + mistake.arguments, in: folder, state: folder)
            #expect(run.status == mistake.status)
            #expect(run.talk.contains(mistake.text), "\(run.talk)")
            #expect(folder.appending("out").folderEntries == [])
        }
    }

    @Test func neverReplacesTheDiskItself() async throws {
        try await withDisk { folder, disk in
            let before = try await Digest.of(file: disk)
            let run = try await FactoryRun(
                ["convert", "disk.raw", "--to", "qcow2,raw", "--output", "."], in: folder, state: folder)
            #expect(run.status == 64)
            #expect(run.talk.contains("disk.raw is the disk itself; choose another --name or --output"))
            #expect(try await Digest.of(file: disk) == before)
            #expect(folder.folderEntries.filter { $0.hasPrefix("disk") } == ["disk.raw"])
        }
    }

    @Test func namesADiskThatIsNotThere() async throws {
        try await withDisk { folder, _ in
            let run = try await FactoryRun(
                ["convert", "none.qcow2", "--to", "raw", "--output", "out"], in: folder, state: folder)
            #expect(run.status == 1)
            #expect(run.talk.contains("none.qcow2 cannot be read: No such file or directory"))
        }
    }

    @Test func leavesNothingWhenTheDiskIsFull() async throws {
        try await withDisk { folder, disk in
            let small = folder.appending("small")
            try small.createFolder()
            try await Program.run(
                "mount", ["-t", "tmpfs", "-o", "size=3m", "none", small.string], deadline: .seconds(10))
            try await withCleanup {
                let run = try await FactoryRun(
                    ["convert", disk.string, "--to", Self.formats, "--output", small.string], in: folder, state: folder)
                #expect(run.status == 1)
                #expect(run.talk.contains("cannot be written: the disk is full"), "\(run.talk)")
                #expect(small.folderEntries == [])
            } cleanup: {
                _ = try? await Program.run("umount", [small.string], deadline: .seconds(10))
            }
        }
    }

    @Test(arguments: ["INT", "TERM"])
    func leavesNothingWhenItIsInterrupted(signal: String) async throws {
        try await withDisk(size: 256 << 30) { folder, disk in
            let status = try await convert(disk, in: folder, meanwhile: "kill -\(signal) $process")
            #expect(status == "130")
            #expect(folder.appending("out").folderEntries == [])
            #expect(try folder.appending("talk").readText().hasSuffix("interrupted\n"))
        }
    }

    @Test func saysThatTheFolderIsGone() async throws {
        try await withDisk(size: 2 << 30) { folder, disk in
            let status = try await convert(disk, in: folder, meanwhile: "rm -r out")
            #expect(status == "1")
            #expect(try folder.appending("talk").readText().contains("out/disk.qcow2 cannot be written: No such file"))
            #expect(!folder.appending("out").exists)
        }
    }

    /// Converts, and runs a command of the shell once the files are there.
    ///
    /// - Returns: The exit code.
    private func convert(_ disk: FilePath, in folder: FilePath, meanwhile command: String) async throws -> String {
        let program = FilePath(CommandLine.arguments[0]).absolute.removingLastComponent().appending("imagefactory")
        let script = """
            "$1" convert "$2" --to "$3" --output out 2>talk & process=$!
            until ls out/*.raw.partial 2>/dev/null; do kill -0 $process || exit 9; sleep 0.05; done >/dev/null
            \(command)
            wait $process
            printf '%s' $?
            """
        return try await Program.run(
            "/bin/bash", ["-c", script, "bash", program.string, disk.string, Self.formats], in: folder,
            deadline: .seconds(100)
        ).text
    }

    private func withDisk(
        size: Int64 = 64 << 20, _ body: (_ folder: FilePath, _ disk: FilePath) async throws -> Void
    ) async throws {
        try await withScratchFolder(in: "/var/tmp", prefix: "if-convert") { folder in
            let disk = folder.appending("disk.raw")
            try await Program.run(
                "/bin/sh", ["-c", "head -c 5M /dev/urandom >disk.raw && truncate --size=\(size) disk.raw"], in: folder,
                deadline: .seconds(20))
            try await body(folder, disk)
        }
    }
}
