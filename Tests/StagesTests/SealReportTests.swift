import HostSystem
import SystemPackage
import Testing

@testable import Stages

struct SealReportTests {
    @Test func saysOfEachOperationHowItEnded() {
        var telling = SealTelling()
        for line in ["did logs removed a", "end logs 3", "end history 0"] { telling.read("imagefactory-seal: \(line)") }
        let report = SealReport([.logs, .commandHistory, .selinuxRelabel], in: .guest, telling: telling)
        #expect(report.operations.map(\.outcome) == [.done, .nothingToDo, .notHere])
        #expect(report.operations[0].did == ["removed a"])
        #expect(report.operations[0].more == 2)
        #expect(report.title == "1 of 3 operations did something, 1 had nothing to do")
    }

    @Test func takesWhatIsKnownLater() throws {
        var (early, late) = (SealTelling(), SealTelling())
        early.read("imagefactory-seal: end ssh-host-keys 6")
        late.read("imagefactory-seal: end logs 1")
        let report = SealReport([.sshHostKeys, .logs], in: .guest, telling: early)
            .completed(by: SealReport([.logs], in: .guest, telling: late))
        #expect(report.operations.map(\.name) == ["ssh-host-keys", "logs"])
        #expect(report.operations.map(\.outcome) == [.done, .done])
    }

    @Test func isReadAsItWasWritten() async throws {
        try await withScratchFolder(in: "/tmp", prefix: "seal") { folder in
            let report = SealReport(SealCatalog.operations, in: .disk, telling: SealTelling())
            try report.save(in: folder)
            #expect(try SealReport.load(from: folder) == report)
        }
    }

    @Test func hidesWhatNobodyMaySee() {
        var telling = SealTelling()
        telling.read("imagefactory-seal: did history removed /root/hunter2")
        let report = SealReport([.commandHistory], in: .guest, telling: telling) { $0.replacing("hunter2", with: "*") }
        #expect(report.operations[0].did == ["removed /root/*"])
    }
}
