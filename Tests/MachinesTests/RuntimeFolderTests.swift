import Foundation
import HostSystem
import Machines
import SystemPackage
import Testing

struct RuntimeFolderTests {
    @Test func isNewAndWhereItShouldBe() async throws {
        try await withScratchFolder(in: "/var/tmp", prefix: "if-runtime") { folder in
            let environment = ["XDG_RUNTIME_DIR": folder.string]
            let (one, other) = (
                try RuntimeFolder.make(environment: environment), try RuntimeFolder.make(environment: environment)
            )
            let parent = geteuid() == 0 ? "/run/imagefactory" : folder.appending("if")
            for runtime in [one, other] {
                #expect(runtime.path.removingLastComponent() == parent)
                #expect(runtime.path.lastComponent?.string.count == 8)
                #expect(runtime.path.isFolder)
            }
            #expect(one.path != other.path)
            try one.remove()
            try other.remove()
        }
    }

    @Test func doesWithoutAFolderOfTheSession() throws {
        let runtime = try RuntimeFolder.make(environment: [:])
        let parent: FilePath = geteuid() == 0 ? "/run/imagefactory" : FilePath("/tmp/if-\(geteuid())")
        #expect(runtime.path.removingLastComponent() == parent)
        try runtime.remove()
        #expect(!runtime.path.exists)
    }

    /// A UNIX socket's path holds 107 bytes, and libvirt appends up to 40 of its own below its root.
    @Test(arguments: ["if-a1b2c3-install.c", "if-a1b2c3-install.a", "if-a1b2c3-clone.a"])
    func keepsSocketPathsShort(name: String) throws {
        let runtime = try RuntimeFolder.make(environment: ["XDG_RUNTIME_DIR": "/run/user/4294967295"])
        defer { try? runtime.remove() }
        #expect(runtime.socket(name).string.utf8.count < 80)
        #expect(runtime.libvirtRoot.string.utf8.count <= 40)
        #expect(runtime.socket(name).removingLastComponent() == runtime.path)
    }

    @Test func goesWithAllThatIsInIt() throws {
        let runtime = try RuntimeFolder.make(environment: [:])
        try runtime.libvirtRoot.createFolder()
        try runtime.libvirtRoot.appending("file").write("x".utf8)
        try runtime.remove()
        #expect(!runtime.path.exists)
        try runtime.remove()
    }
}
