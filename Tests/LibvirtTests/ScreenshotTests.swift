import Foundation
import HostSystem
import Libvirt
import SystemPackage
import Testing

/// The test driver's screen, which shows a picture that comes with libvirt.
struct ScreenshotTests {
    @Test func isWrittenWhole() async throws {
        try await withScratchFolder(in: "/var/tmp", prefix: "if-screenshot") { folder async throws in
            let picture = folder.appending("screen.png")
            #expect(try await domain().takeScreenshot(to: picture) == "image/png")
            #expect(try picture.readBytes() == FilePath("/usr/share/libvirt/test-screenshot.png").readBytes())
        }
    }

    @Test func keepsNothingOpenWhenItCannotBeWritten() async throws {
        try await withScratchFolder(in: "/var/tmp", prefix: "if-screenshot") { folder in
            let domain = try await domain()
            await #expect(throws: Errno.isDirectory) { try await domain.takeScreenshot(to: folder) }
        }
        try await poll(every: .milliseconds(20), deadline: .seconds(10), for: "the end of the stream") {
            let open = FilePath("/proc/self/fd").folderEntries.compactMap {
                try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\($0)")
            }
            return open.contains { $0.hasSuffix("test-screenshot.png") } ? nil : ()
        }
    }

    private func domain() async throws -> Domain {
        try #require(await Connection.open("test:///default").domain(named: "test"))
    }
}
