import HostSystem
import Testing

@testable import Stages

struct LateSealTests {
    @Test func isShellWithEveryLateOperation() async throws {
        let script = LateSeal(SealCatalog.operations).script
        try await checkSyntax(of: script)
        for operation in SealCatalog.operations {
            let isCalled = script.contains("|| say failed \(operation.name)\n")
            #expect(isCalled == (operation.moment == .shutdown), "\(operation.name)")
        }
    }

    @Test func isShellWithoutAnyOperation() async throws {
        let script = LateSeal([]).script
        try await checkSyntax(of: script)
        #expect(script.hasSuffix("say done\n"))
    }

    @Test func removesItselfBeforeItTrims() throws {
        let script = LateSeal(SealCatalog.operations).script
        let removal = try #require(script.firstRange(of: "rm -rf /etc/systemd/system/imagefactory-seal.service"))
        let trim = try #require(script.firstRange(of: "fstrim"))
        let done = try #require(script.firstRange(of: "say done"))
        #expect(removal.upperBound < trim.lowerBound)
        #expect(trim.upperBound < done.lowerBound)
    }

    @Test(arguments: [
        "imagefactory-seal: done", "imagefactory-seal: done\r\n[  610.2] reboot: Power down\r\n",
        "[  OK  ] Reached target\r\nimagefactory-seal: done\r\n", "[ 1.0] imagefactory-seal: done",
    ])
    func believesTheWordDone(console: String) throws {
        try LateSeal([]).confirm(Array(console.utf8))
    }

    @Test(arguments: [
        ("imagefactory-seal: failed machine-id\r\nimagefactory-seal: done\r\n", "machine-id"),
        ("imagefactory-seal: failed trim\n", "trim"),
        ("imagefactory-seal: done\nimagefactory-seal: failed logs\n", "logs"),
        ("", "shutdown"), ("[  610.2] reboot: Power down\r\n", "shutdown"), ("imagefactory-seal: don", "shutdown"),
        ("done", "shutdown"),
    ])
    func namesWhatFailed(console: String, operation: String) {
        let error = #expect(throws: SealError.self) { try LateSeal([]).confirm(Array(console.utf8)) }
        #expect(error?.operation == operation)
        #expect(error?.output.isEmpty == false)
    }

    @Test func readsAConsoleThatIsNoText() {
        #expect(throws: SealError.self) { try LateSeal([]).confirm([0xFF, 0xFE, 0, 0x0A, 0xC3]) }
    }
}
