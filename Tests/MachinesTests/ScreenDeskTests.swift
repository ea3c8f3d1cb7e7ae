import HostSystem
import SystemPackage
import Testing

@testable import Machines

/// The side that asks; that a real machine answers is shown with real machines.
struct ScreenDeskTests {
    @Test func saysThatThereIsNoMachineAnyMore() async throws {
        try await withScratchFolder(in: "/tmp", prefix: "if-desk") { folder in
            let desk = ScreenDesk(folder: folder.appending("gone"))
            await #expect(throws: ScreenDeskError.machineEnded) { try await desk.picture() }
        }
    }

    @Test func saysThatTheMachineEndedWhileItWaited() async throws {
        try await withDesk { desk in
            async let answered: Void = answer(desk) { _ in try desk.folder.remove() }
            await #expect(throws: ScreenDeskError.machineEnded) { try await desk.picture() }
            try await answered
        }
    }

    @Test func waitsNoLongerThanItMayAndTakesItsRequestBack() async throws {
        try await withDesk { desk in
            await #expect(throws: ScreenDeskError.noAnswer(limit: .milliseconds(300))) {
                try await desk.picture(deadline: .milliseconds(300))
            }
            #expect(desk.folder.folderEntries == [])
        }
    }

    @Test(arguments: [("png", "image/png"), ("ppm", "image/x-portable-pixmap")])
    func takesThePictureAndLeavesNothing(suffix: String, type: String) async throws {
        try await withDesk { desk in
            async let answered: Void = answer(desk) { id in
                try desk.folder.appending("\(id).\(suffix)").writeAtomically([1, 2, 3])
            }
            let picture = try await desk.picture()
            try await answered
            #expect(picture.bytes == [1, 2, 3] && picture.type == type)
            #expect(desk.folder.folderEntries.allSatisfy { $0.hasSuffix(".partial") })
        }
    }

    @Test func passesAReasonOn() async throws {
        try await withDesk { desk in
            async let answered: Void = answer(desk) { id in
                try desk.folder.appending("\(id).error").writeAtomically("no video device".utf8)
            }
            await #expect(throws: ScreenDeskError.refused("no video device")) { try await desk.picture() }
            try await answered
        }
    }

    private func withDesk(_ body: (ScreenDesk) async throws -> Void) async throws {
        try await withScratchFolder(in: "/tmp", prefix: "if-desk") { folder in
            let desk = ScreenDesk(folder: folder.appending("machine"))
            try desk.folder.createFolder()
            try await body(desk)
        }
    }

    /// Does something with the first request.
    private func answer(_ desk: ScreenDesk, _ body: @Sendable (String) throws -> Void) async throws {
        let request = try await poll(every: .milliseconds(5), deadline: .seconds(20), for: "a request") {
            desk.folder.folderEntries.first { $0.hasSuffix(".request") }
        }
        try body(String(request.prefix(16)))
    }
}
