import Foundation
import HostSystem
import Testing

@testable import Machines

struct CauseRecordTests {
    private let date = Date(timeIntervalSince1970: 1_790_000_000)

    @Test func saysForProgramsWhatThePeopleAreTold() throws {
        let failure = MachineFailure(.kernelPanic, evidence: ["Kernel panic", "with hunter2 in it"])
        var record = CauseRecord(failure, machine: "if-a1b2c3-build", redactor: Redactor([Secret("hunter2")]), at: date)
        record.noteCollected(at: date + 3)
        let json = try #require(try? JSONSerialization.jsonObject(with: Data(record.json)) as? [String: Any])
        #expect(json["cause"] as? String == "kernel-panic")
        #expect(json["summary"] as? String == FailureCause.kernelPanic.summary)
        #expect(json["advice"] as? String == FailureCause.kernelPanic.nextStep)
        #expect(json["evidence"] as? [String] == ["Kernel panic", "with <redacted> in it"])
        #expect(json["failed"] as? String == "2026-09-21T14:13:20Z")
        #expect(json["collected"] as? String == "2026-09-21T14:13:23Z")
        #expect(json["machine"] as? String == "if-a1b2c3-build")
        #expect((json["message"] as? String)?.contains("hunter2") == false)
    }

    @Test func hasNoCauseForAnErrorWithoutOne() throws {
        let record = CauseRecord(ProgramError.notFound(program: "tar"), machine: "m", redactor: Redactor())
        #expect(record.cause == nil)
        #expect(record.message.contains("not installed"))
        let json = try #require(try? JSONSerialization.jsonObject(with: Data(record.json)) as? [String: Any])
        #expect(json["cause"] == nil)
        #expect(json["collected"] == nil)
    }
}
