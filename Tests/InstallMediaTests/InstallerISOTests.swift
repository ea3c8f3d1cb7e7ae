import Foundation
import HostSystem
import InstallMedia
import SystemPackage
import Testing

struct InstallerISOTests {
    private static let files = [
        "images/pxeboot/vmlinuz": "the kernel", "images/pxeboot/initrd.img": "the initial disk",
        ".disk/info": "kldload 1.5.0 x86_64\n", "VERSION": "1.5.0\n",
        "etc/kldload/VERSION": """
        kldload_version = 1.5.0
        iso_name = kldload-1.5.0-x86_64-net.iso
        edition = free
        profile=desktop
        built_at = 2026-09-21T10:00:00Z
        """,
    ]

    @Test func readsWhatTheISOSaysOfItself() async throws {
        try await withISO(Self.files) { path in
            let iso = try await InstallerISO.inspect(path)
            #expect(iso.path == path)
            #expect(iso.info == "kldload 1.5.0 x86_64")
            #expect(iso.version == "1.5.0")
            #expect(iso.flavour == "net")
            #expect(iso.facts["edition"] == "free")
            #expect(iso.facts["profile"] == "desktop")
            #expect(iso.facts["built_at"] == "2026-09-21T10:00:00Z")
        }
    }

    @Test func extractsTheKernelReadableForAll() async throws {
        try await withISO(Self.files) { path in
            let folder = path.removingLastComponent().appending("boot")
            try folder.createFolder()
            try folder.appending("vmlinuz").write(Array("an older and longer kernel".utf8))
            let (kernel, initialDisk) = try await InstallerISO.inspect(path).extractKernel(into: folder)
            #expect(try kernel.readText() == "the kernel")
            #expect(try initialDisk.readText() == "the initial disk")
            #expect(folder.folderEntries == ["initrd.img", "vmlinuz"])
            let attributes = try FileManager.default.attributesOfItem(atPath: kernel.string)
            #expect((attributes[.posixPermissions] as? NSNumber)?.uint16Value == 0o644)
        }
    }

    @Test func bootsTheLiveSystemOnASerialConsole() async throws {
        try await withISO(Self.files) { path in
            let iso = try await InstallerISO.inspect(path)
            #expect(
                iso.bootArguments(extra: ["kldload.distro=debian", "lab.fault=hang"])
                    == "root=live:CDLABEL=KLDLOAD rd.live.image rd.live.overlay.size=10240 lockdown=none "
                    + "module.sig_enforce=0 selinux=0 rootdelay=30 rd.retry=120 console=ttyS0,115200 "
                    + "kldload.distro=debian lab.fault=hang")
        }
    }

    @Test func takesAnISOThatSaysLittle() async throws {
        let files = Self.files.filter { $0.key.hasPrefix("images/") }
        try await withISO(files) { path in
            let iso = try await InstallerISO.inspect(path)
            #expect(iso.info == "KLDLOAD")
            #expect(iso.version == "")
            #expect(iso.flavour == "")
        }
    }

    @Test func takesTheVersionFromASingleWord() async throws {
        try await withISO(Self.files.filter { $0.key != "etc/kldload/VERSION" }) { path in
            let iso = try await InstallerISO.inspect(path)
            #expect(iso.version == "1.5.0")
        }
    }

    @Test func refusesTheISOOfSomethingElse() async throws {
        try await withISO(Self.files, label: "Debian 13") { path in
            await #expect(throws: InstallerISOError.otherLabel(path: path, label: "Debian 13")) {
                try await InstallerISO.inspect(path)
            }
        }
    }

    @Test(arguments: ["images/pxeboot/vmlinuz", "images/pxeboot/initrd.img"])
    func refusesAnISOWithoutAKernelToBoot(file: String) async throws {
        try await withISO(Self.files.filter { $0.key != file }) { path in
            let iso = try await InstallerISO.inspect(path)
            await #expect(throws: InstallerISOError.lacks(path: path, file: "/" + file)) {
                try await iso.extractKernel(into: path.removingLastComponent())
            }
        }
    }

    @Test func doesNotFollowALinkOutOfTheISO() async throws {
        let link = "images/pxeboot/vmlinuz"
        try await withISO(Self.files.filter { $0.key != link }, links: [link: "/etc/passwd"]) { path in
            let iso = try await InstallerISO.inspect(path)
            let folder = path.removingLastComponent()
            await #expect(throws: InstallerISOError.lacks(path: path, file: "/" + link)) {
                try await iso.extractKernel(into: folder)
            }
            #expect(!folder.folderEntries.contains("vmlinuz"))
        }
    }

    @Test func refusesTextsThatAreTooLarge() async throws {
        let files = Self.files.merging(["VERSION": String(repeating: "x", count: 70_000)]) { $1 }
        try await withISO(files) { path in
            await #expect(throws: InstallerISOError.tooLarge(path: path, file: "/VERSION")) {
                try await InstallerISO.inspect(path)
            }
        }
    }

    @Test func stripsControlCharactersFromTexts() async throws {
        let files = Self.files.merging([".disk/info": "kldload \u{1b}[31m1.5\u{7}\nsecond line"]) { $1 }
        try await withISO(files) { path in
            let iso = try await InstallerISO.inspect(path)
            #expect(iso.info == "kldload [31m1.5")
        }
    }

    @Test func refusesWhatIsNoISO() async throws {
        try await withFolder { folder in
            for content in [[], Array("no".utf8), [UInt8](repeating: 0, count: 40_000)] {
                let path = folder.appending("file.iso")
                try path.write(content)
                await #expect(throws: InstallerISOError.notISO(path: path)) { try await InstallerISO.inspect(path) }
            }
            await #expect(throws: Errno.noSuchFileOrDirectory) {
                try await InstallerISO.inspect(folder.appending("missing.iso"))
            }
        }
    }

    @Test func seesThatAnISOIsIncomplete() async throws {
        try await withISO(Self.files) { path in
            let size = try path.fileSize().bytes
            let descriptor = try FileDescriptor.open(path, .readWrite)
            try descriptor.closeAfter { try descriptor.resize(to: size - 4096) }
            await #expect(throws: InstallerISOError.truncated(path: path, missing: ByteCount(4096))) {
                try await InstallerISO.inspect(path)
            }
        }
    }

    @Test func seesThatItsDirectoriesAreDamaged() async throws {
        try await withISO(Self.files) { path in
            let descriptor = try FileDescriptor.open(path, .readWrite)
            try descriptor.closeAfter {
                // Everything behind the volume descriptors, where path tables and directories are.
                let size = try descriptor.seek(offset: 0, from: .end)
                let damage = [UInt8](repeating: 0xff, count: Int(size - 40_960))
                _ = try descriptor.writeAll(toAbsoluteOffset: 40_960, damage)
            }
            await #expect(throws: (any Error).self) {
                try await InstallerISO.inspect(path).extractKernel(into: path.removingLastComponent())
            }
        }
    }

    /// Lends an ISO with `files`, made by xorriso, alone in a folder.
    private func withISO(
        _ files: [String: String], links: [String: String] = [:], label: String = InstallerISO.label,
        _ body: (FilePath) async throws -> Void
    ) async throws {
        try await withFolder { folder in
            let tree = folder.appending("tree with a blank")
            for (name, text) in files {
                let path = tree.appending(FilePath(name).components)
                try path.removingLastComponent().createFolder()
                try path.write(Array(text.utf8))
            }
            for (name, target) in links {
                let path = tree.appending(FilePath(name).components)
                try path.removingLastComponent().createFolder()
                try FileManager.default.createSymbolicLink(atPath: path.string, withDestinationPath: target)
            }
            let iso = folder.appending("kld load.iso")
            try await Program.run(
                "xorriso", ["-as", "mkisofs", "-V", label, "-J", "-R", "-o", iso.string, tree.string],
                deadline: .seconds(60))
            try tree.remove()
            try await body(iso)
        }
    }
}
