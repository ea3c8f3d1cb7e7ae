import Foundation
import GuestAgent
import HostSystem
import SystemPackage
import Testing

struct GuestFileTests {
    @Test(arguments: [0, 1, 48 << 10 - 1, 48 << 10, 48 << 10 + 1, 256 << 10, 256 << 10 + 1, 3 << 20])
    func returnsTheBytesItWrote(size: Int) async throws {
        let bytes = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 167 &+ $0 >> 8) }
        try await QemuAgent.with { fixture in
            let path = fixture.folder.appending("file")
            try await fixture.agent.write(bytes, to: path)
            #expect(try path.readBytes() == bytes)
            #expect(try await fixture.agent.read(path) == bytes)
        }
    }

    @Test func writesAFileOfTheHostInPieces() async throws {
        let bytes = (0..<600_001).map { UInt8(truncatingIfNeeded: $0 &* 13) }
        try await QemuAgent.with { fixture in
            let source = fixture.folder.appending("source")
            let target = fixture.folder.appending("target")
            try source.write(bytes)
            try await fixture.agent.write(file: source, to: target, mode: .privateFile)
            #expect(try target.readBytes() == bytes)
            #expect(try permissions(of: target) == 0o600)
        }
    }

    @Test(arguments: [0o600, 0o755, 0o440] as [CModeT])
    func givesAFileItsMode(mode: CModeT) async throws {
        try await QemuAgent.with { fixture in
            let path = fixture.folder.appending("with space and 'quote'")
            try await fixture.agent.write(Array("secret".utf8), to: path, mode: FilePermissions(rawValue: mode))
            #expect(try permissions(of: path) == mode)
            #expect(try path.readText() == "secret")
        }
    }

    @Test func replacesALongerFile() async throws {
        try await QemuAgent.with { fixture in
            let path = fixture.folder.appending("file")
            try path.write([UInt8](repeating: 1, count: 5000))
            try await fixture.agent.write([2], to: path)
            #expect(try path.readBytes() == [2])
        }
    }

    @Test func refusesAFileAboveItsLimit() async throws {
        try await QemuAgent.with { fixture in
            let agent = fixture.agent
            let path = fixture.folder.appending("file")
            try path.write([UInt8](repeating: 1, count: 4097))
            await expectError(.fileError) { try await agent.read(path, limit: ByteCount(4096)) }
            #expect(try await agent.read(path, limit: ByteCount(4097)).count == 4097)
            await expectError(.fileError) { try await agent.read("/dev/zero", limit: .mebibytes(1)) }
        }
    }

    @Test func readsFilesWithoutALength() async throws {
        try await QemuAgent.with { fixture in
            let version = try await fixture.agent.readText("/proc/version")
            #expect(version.hasPrefix("Linux"))
        }
    }

    @Test func refusesAFileThatIsNotThere() async throws {
        try await QemuAgent.with { fixture in
            let agent = fixture.agent
            await expectError(.refused) { try await agent.read("/no/such/file") }
            await expectError(.refused) { try await agent.write([1], to: "/no/such/folder/file") }
            await expectError(.fileError) { try await agent.write([1], to: "/no/such/folder/file", mode: .privateFile) }
        }
    }

    @Test func reportsAFullDisk() async throws {
        try await QemuAgent.with { fixture in
            let agent = fixture.agent
            await expectError(.refused) { try await agent.write([1], to: "/dev/full") }
        }
    }

    @Test func closesWhatItOpened() async throws {
        try await QemuAgent.with { fixture in
            let agent = fixture.agent
            let path = fixture.folder.appending("file")
            try await agent.write([1, 2, 3], to: path)
            _ = try await agent.read(path)
            await expectError(.fileError) { try await agent.read(path, limit: ByteCount(1)) }
            let requests = fixture.channel.requests
            #expect(requests.count { $0.contains("guest-file-open") } == 3)
            #expect(requests.count { $0.contains("guest-file-close") } == 3)
        }
    }

    private func permissions(of path: FilePath) throws -> CModeT? {
        let attributes = try FileManager.default.attributesOfItem(atPath: path.string)
        return (attributes[.posixPermissions] as? NSNumber).map { CModeT($0.uint32Value) }
    }
}
