import HostSystem
import Testing

@testable import Stages

/// What the only late operation of these seals tells.
private let told = "imagefactory-seal: begin logs\r\nimagefactory-seal: end logs 2\r\n"

struct LateSealTests {
    private static let account = SealedAccount.undeclared

    @Test func isShellWithEveryLateOperation() async throws {
        let script = LateSeal(SealCatalog.operations, account: Self.account).script
        try await checkSyntax(of: script)
        for operation in SealCatalog.operations {
            let isCalled = script.contains("\nfinish \(operation.name) seal_")
            #expect(isCalled == (operation.moment == .shutdown && operation.place != .disk), "\(operation.name)")
        }
    }

    @Test func isShellWithoutAnyOperation() async throws {
        try await checkSyntax(of: LateSeal([], account: Self.account).script)
    }

    @Test func trimsBeforeItSaysThatItIsDone() throws {
        let script = LateSeal(SealCatalog.operations, account: Self.account).script
        let trim = try #require(script.firstRange(of: "fstrim --all"))
        let end = try #require(script.firstRange(of: "(end_seal)"))
        #expect(trim.upperBound < end.lowerBound)
    }

    @Test(arguments: [
        "imagefactory-seal: done", "imagefactory-seal: done\r\n[  610.2] reboot: Power down\r\n",
        "[  OK  ] Reached target\r\nimagefactory-seal: done\r\n", "[ 1.0] imagefactory-seal: done",
    ])
    func believesTheWordDone(console: String) throws {
        let telling = try LateSeal([.logs], account: Self.account).confirm(Array((told + console).utf8))
        #expect(telling.accounts["logs"]?.count == 2)
    }

    @Test(arguments: [
        ("imagefactory-seal: failed machine-id\r\nimagefactory-seal: done\r\n", "machine-id"),
        (told + "imagefactory-seal: failed trim\n", "trim"),
        (told + "imagefactory-seal: done\nimagefactory-seal: failed logs\n", "logs"),
        ("imagefactory-seal: begin logs\nimagefactory-seal: done", "logs"), ("", "logs"),
        (told, "shutdown"), (told + "[  610.2] reboot: Power down\r\n", "shutdown"),
        (told + "imagefactory-seal: don", "shutdown"), (told + "done", "shutdown"),
    ])
    func namesWhatFailed(console: String, operation: String) {
        let error = #expect(throws: SealError.self) {
            try LateSeal([.logs], account: Self.account).confirm(Array(console.utf8))
        }
        #expect(error?.operation == operation)
        #expect(error?.output.isEmpty == false || operation != "shutdown")
    }

    @Test func readsAConsoleThatIsNoText() {
        #expect(throws: SealError.self) {
            try LateSeal([], account: Self.account).confirm([0xFF, 0xFE, 0, 0x0A, 0xC3])
        }
    }
}
