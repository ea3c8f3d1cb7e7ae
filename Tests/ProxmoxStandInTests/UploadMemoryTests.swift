import Foundation
import HostSystem
import ProxmoxStandIn
import SystemPackage
import Testing

@Suite(.timeLimit(.minutes(10))) struct UploadMemoryTests {
    /// The bytes of memory that this process has.
    private static func residentBytes() throws -> Int {
        let fields = try FilePath("/proc/self/statm").readText().split(separator: " ")
        return try #require(Int(fields[1])) * 4096
    }

    @Test func takesALargeImageWithoutKeepingIt() async throws {
        let size = 512 << 20
        var model = ClusterModel.usual()
        model.looksIntoImports = false
        try await Curl.with(model) { curl, server in
            try await withScratchFolder(in: "/tmp", prefix: "image") { folder in
                let file = folder.appending("disk.raw")
                try file.write([])
                try #require(truncate(file.string, size) == 0)
                let digest = try await Digest.of(file: file).hex
                let before = try Self.residentBytes()
                let sampling = Task {
                    var most = before
                    while (try? await Task.sleep(for: .milliseconds(20))) != nil {
                        most = max(most, try Self.residentBytes())
                    }
                    return most
                }
                let reply = try await curl(
                    "POST", "/nodes/pve1/storage/local/upload",
                    options: ["content=import", "checksum-algorithm=sha256", "checksum=\(digest)", "filename=@\(file)"]
                        .flatMap { ["--form", $0] } + ["--max-time", "300"])
                sampling.cancel()
                #expect(try await sampling.value - before < 128 << 20)
                #expect(try await curl.wait(for: reply.task) == "OK")
                #expect(await server.volumes().map(\.used) == [size])
                #expect(server.violations.isEmpty)
            }
        }
    }
}
