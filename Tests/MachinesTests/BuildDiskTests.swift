import Foundation
import HostSystem
import SystemPackage
import Testing

@testable import Machines

struct BuildDiskTests {
    private let user: QEMUUser

    init() throws {
        user = try #require(QEMUUser.current())
    }

    @Test func makesAnEmptyDiskOfItsSizeForQEMU() async throws {
        try await withScratchFolder(in: "/var/tmp", prefix: "if-disk") { folder in
            let disk = folder.appending("disk.qcow2")
            try await BuildDisk.create(disk, size: 64 << 20, for: user)
            let info = try await info(disk)
            #expect(info["virtual-size"] as? Int == 64 << 20)
            #expect(info["format"] as? String == "qcow2")
            #expect(info["backing-filename"] == nil)
            #expect(try owner(of: disk) == user.name)
        }
    }

    @Test func overlayKeepsItsBaseAndMovesWithIt() async throws {
        try await withScratchFolder(in: "/var/tmp", prefix: "if-disk") { folder in
            let store = folder.appending("store")
            let base = store.appending("one").appending("disk.qcow2")
            let overlay = store.appending("two.partial").appending("disk.qcow2")
            for disk in [base, overlay] { try disk.removingLastComponent().createFolder() }
            try await BuildDisk.create(base, size: 16 << 20, for: user)
            try await io(base, "write -P 1 0 128k")
            try BuildDisk.finish(base, from: user)
            let before = try await Digest.of(file: base)

            try await BuildDisk.createOverlay(overlay, of: base, for: user)
            let info = try await info(overlay)
            #expect(info["backing-filename"] as? String == "../one/disk.qcow2")
            #expect(info["virtual-size"] as? Int == 16 << 20)
            try await io(overlay, "write -P 2 64k 64k")
            #expect(try await Digest.of(file: base) == before)

            let elsewhere = folder.appending("elsewhere")
            try store.rename(to: elsewhere)
            try elsewhere.appending("two.partial").rename(to: elsewhere.appending("two"))
            let moved = elsewhere.appending("two").appending("disk.qcow2")
            try await io(moved, "read -P 1 0 64k")
            try await io(moved, "read -P 2 64k 64k")
        }
    }

    @Test func takesAFinishedDiskBackFromQEMU() async throws {
        try await withScratchFolder(in: "/var/tmp", prefix: "if-disk") { folder in
            let disk = folder.appending("disk.qcow2")
            try await BuildDisk.create(disk, size: 1 << 20, for: user)
            try BuildDisk.finish(disk, from: user)
            let status = try FileManager.default.attributesOfItem(atPath: disk.string)
            #expect((status[.ownerAccountID] as? NSNumber)?.uint32Value == geteuid())
        }
    }

    @Test func refusesABaseThatIsNotThere() async throws {
        try await withScratchFolder(in: "/var/tmp", prefix: "if-disk") { folder in
            let overlay = folder.appending("disk.qcow2")
            await #expect(throws: ProgramError.self) {
                try await BuildDisk.createOverlay(overlay, of: folder.appending("none.qcow2"), for: user)
            }
            #expect(!overlay.exists)
        }
    }

    @Test(arguments: [
        ("/store/one/disk.qcow2", "/store/two", "../one/disk.qcow2"),
        ("/store/one/disk.qcow2", "/store/two/clone-1", "../../one/disk.qcow2"),
        ("/store/one/disk.qcow2", "/store/one", "disk.qcow2"),
        ("/store/one/disk.qcow2", "/store", "one/disk.qcow2"),
        ("/store/./one/../one/disk.qcow2", "/store/two/", "../one/disk.qcow2"),
        ("/store/one/disk.qcow2", "/storage/two", "/store/one/disk.qcow2"),
        ("/disk.qcow2", "/store", "/disk.qcow2"),
    ])
    func namesTheBaseRelativeToTheFolder(target: String, folder: String, expected: String) {
        #expect(BuildDisk.relative(FilePath(target), to: FilePath(folder)) == expected)
    }

    private func info(_ disk: FilePath) async throws -> [String: Any] {
        let output = try await Program.run(
            "qemu-img", ["info", "--output=json", disk.string], deadline: .seconds(120))
        let object = try JSONSerialization.jsonObject(with: Data(output.standardOutput))
        return try #require(object as? [String: Any])
    }

    /// `qemu-io` ends with a status other than 0 when a pattern does not hold.
    private func io(_ disk: FilePath, _ command: String) async throws {
        try await Program.run("qemu-io", ["-f", "qcow2", "-c", command, disk.string], deadline: .seconds(120))
    }

    private func owner(of path: FilePath) throws -> String? {
        try FileManager.default.attributesOfItem(atPath: path.string)[.ownerAccountName] as? String
    }
}
