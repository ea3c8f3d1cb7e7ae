import Foundation
import HostSystem
import Machines
import SystemPackage
import Testing

struct QEMUUserTests {
    private let user: QEMUUser

    init() throws {
        user = try #require(QEMUUser.current())
    }

    @Test func isAnAccountWithoutRightsForRootAndOneselfForOthers() {
        #expect(user.name == (geteuid() == 0 ? "libvirt-qemu" : NSUserName()))
        #expect(!user.group.isEmpty)
    }

    @Test func findsNoObstacleWhereAllIsOpen() async throws {
        try await withOpenFolder { folder in
            let file = folder.appending("image.iso")
            try file.write("x".utf8)
            #expect(user.obstacle(to: file) == nil)
            #expect(user.obstacle(to: folder) == nil)
        }
    }

    @Test func namesAFileThatMayNotBeRead() async throws {
        try await withOpenFolder { folder in
            let file = folder.appending("image.iso")
            try file.write("x".utf8)
            chmod(file.string, 0o000)
            // Root reads everything itself; QEMU's account does not.
            #expect(user.obstacle(to: file) == file)
        }
    }

    @Test func namesAFolderThatMayNotBeEntered() async throws {
        try await withOpenFolder { folder in
            let closed = folder.appending("closed")
            let file = closed.appending("deep").appending("image.iso")
            try file.removingLastComponent().createFolder()
            try file.write("x".utf8)
            chmod(closed.string, 0o000)
            defer { chmod(closed.string, 0o755) }
            #expect(user.obstacle(to: file) == (geteuid() == 0 ? closed : file))
        }
    }

    @Test func namesAFileThatIsNotThere() async throws {
        try await withOpenFolder { folder in
            let file = folder.appending("none.iso")
            #expect(user.obstacle(to: file) == file)
        }
    }

    @Test func mayUseWhatItWasGivenAndNoLongerWhatWasTakenBack() async throws {
        try await withOpenFolder { folder in
            let file = folder.appending("disk.qcow2")
            try file.write("x".utf8, mode: .privateFile)
            try user.own(file)
            #expect(user.obstacle(to: file) == nil)
            try user.release(file)
            let owner = try FileManager.default.attributesOfItem(atPath: file.string)[.ownerAccountID] as? NSNumber
            #expect(owner?.uint32Value == geteuid())
        }
    }

    @Test func saysWhyAFileCannotBeGiven() {
        #expect(throws: Errno.noSuchFileOrDirectory) { try user.own("/nonexistent/disk.qcow2") }
    }

    /// A folder that every account can enter.
    private func withOpenFolder(_ body: (FilePath) async throws -> Void) async throws {
        try await withScratchFolder(in: "/var/tmp", prefix: "if-user") { folder in
            chmod(folder.string, 0o755)
            try await body(folder)
        }
    }
}
