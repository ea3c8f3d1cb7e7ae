import DiskImages
import Foundation
import HostSystem
import Machines
import SystemPackage
import Testing

@testable import Pipeline
@testable import Stages

/// Each of these starts libguestfs's small machine, which takes half a minute under emulation.
@Suite(.serialized)
struct ReclaimSpaceTests {
    @Test func leavesOutOfTheImagesWhatTheDiskDoesNotUse() async throws {
        try await TestProject.with { project in
            let server = try ServerDisk(in: project.root.appending("sealed"))
            try await server.make()
            let sealed = try await server.sealed()
            let before = try await Digest.of(file: sealed)
            try sealed.removingLastComponent().appending("seal-report.json").write("{}".utf8)
            let layer = try project.work(disk: sealed)
            try await ReclaimSpace { .tcg }.run(layer)
            let disk = layer.folder.appending("disk.qcow2")
            let work = try project.work(disk: disk)
            try await ConvertImage(template: try project.template("formats: [raw, qcow2]")).run(work)

            #expect(try await Digest.of(file: sealed) == before)
            let image = try Data(contentsOf: URL(filePath: work.folder.appending("image.raw").string))
            #expect(image.count == 192 << 20)
            for gone in [ServerDisk.deleted, ServerDisk.swapped] { #expect(image.range(of: Data(gone.utf8)) == nil) }
            #expect(image.range(of: Data(String(repeating: ServerDisk.kept, count: 100).utf8)) != nil)
            try expectZerosAlone(image, differFrom: server.raw)

            let report = try JSONDecoder().decode(
                DiskReport.self, from: Data(try layer.folder.appending("disk-report.json").readBytes()))
            #expect(report.table == "gpt")
            #expect(report.volumes.map(\.name) == ["esp", "root", "swap"])
            #expect(report.volumes.map(\.kind) == ["vfat", "ext4", "swap"])
            #expect(report.volumes.map(\.checkedBy) == ["fsck.fat -n", "e2fsck -f -n", nil])
            #expect(report.volumes.allSatisfy { $0.leftOut == nil && $0.cleared ?? 0 > 0 })
            #expect(try #require(report.reclaimed) > 9 << 20)

            // There is no system on this disk, and nothing to list.
            #expect(Set(layer.folder.folderEntries) == ["disk.qcow2", "disk-report.json", "seal-report.json"])

            try await VerifyImages().run(try project.work(disk: disk, images: work.folder))
        }
    }

    /// All that may differ from the disk is zeros, and the header of the swap is as it was.
    private func expectZerosAlone(_ image: Data, differFrom disk: FilePath) throws {
        let original = try Data(contentsOf: URL(filePath: disk.string))
        let step = 4096
        for start in stride(from: 0, to: image.count, by: step) {
            let block = image[start..<start + step]
            guard block != original[start..<start + step] else { continue }
            #expect(block.allSatisfy { $0 == 0 }, "at \(start)")
        }
        let swap = 129 << 20
        #expect(image[swap..<swap + step] == original[swap..<swap + step])
    }

    @Test func namesADamagedFileSystemAndADamagedPartitionTable() async throws {
        try await TestProject.with { project in
            let server = try ServerDisk(in: project.root.appending("sealed"))
            try await server.make(breaksRoot: true)
            try server.destroyBackupTable()
            let overlay = project.root.appending("overlay.qcow2")
            try await BuildDisk.createOverlay(overlay, of: try await server.sealed())
            let words = try await OfflineMachine(accelerator: .tcg).reclaim(
                overlay, collectingInto: project.root.appending("system.tar"), log: nil)
            #expect(words.system == nil)
            var report = words.disk
            let table = #expect(throws: DiskDamageError.self) { try report.refuseDamage() }
            #expect(table?.causeName == "partition-table-damaged")
            report.tableDamage = nil
            let root = #expect(throws: DiskDamageError.self) { try report.refuseDamage() }
            guard case .fileSystem(let volume, let damage)? = root else {
                Issue.record("\(String(describing: root))")
                return
            }
            #expect(volume.name == "root")
            #expect(volume.cleared == nil)
            #expect(damage.program == "e2fsck -f -n")
        }
    }

    /// Otherwise the small machine would wait for room until its deadline.
    @Test(.timeLimit(.minutes(5))) func saysThatTheHostsDiskIsFull() async throws {
        try await TestProject.with { project in
            let server = try ServerDisk(in: project.root.appending("sealed"))
            try await server.make()
            let sealed = try await server.sealed()
            var work = try project.work(disk: sealed)
            work.folder = project.root.appending("small")
            try work.folder.createFolder()
            try await Program.run(
                "mount", ["-t", "tmpfs", "-o", "size=256k", "none", work.folder.string], deadline: .seconds(10))
            try await withCleanup { [work] in
                let failure = await #expect(throws: MachineFailure.self) { try await ReclaimSpace { .tcg }.run(work) }
                #expect(failure?.cause == .hostDiskFull, "\(String(describing: failure))")
            } cleanup: { [work] in
                _ = try? await Program.run("umount", ["--lazy", work.folder.string], deadline: .seconds(10))
            }
        }
    }

    @Test func leavesNothingBehindWhenCancelled() async throws {
        try await TestProject.with { project in
            let stage = try project.work(disk: try await project.disk())
            let overlay = stage.folder.appending("disk.qcow2")
            let work = Task { try await ReclaimSpace { .tcg }.run(stage) }
            while processes(naming: overlay, called: "qemu-system").isEmpty {
                try await Task.sleep(for: .milliseconds(100))
            }
            work.cancel()
            await #expect(throws: CancellationError.self) { _ = try await work.value }
            let deadline = ContinuousClock.now + .seconds(10)
            while !processes(naming: overlay).isEmpty, ContinuousClock.now < deadline {
                try await Task.sleep(for: .milliseconds(100))
            }
            #expect(processes(naming: overlay).isEmpty)
        }
    }

    /// The command lines of running processes that name a file.
    private func processes(naming path: FilePath, called program: String = "") -> [String] {
        FilePath("/proc").folderEntries.filter { Int($0) != nil }.compactMap { id in
            let bytes = try? FilePath("/proc").appending(id).appending("cmdline").readBytes()
            let line = String(decoding: bytes ?? [], as: UTF8.self)
            return line.contains(path.string) && line.contains(program) ? line : nil
        }
    }
}
