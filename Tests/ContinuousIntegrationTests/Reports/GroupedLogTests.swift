import Testing

@testable import ContinuousIntegration

struct GroupedLogTests {
    @Test func showsStagesThatOverlapOneAfterTheOther() {
        var log = GroupedLog()
        #expect(log.begin("convert", at: 1) == [.opening("convert", at: 1)])
        #expect(log.begin("prove", at: 2) == [])
        #expect(log.say("a clone boots", in: "prove") == [])
        #expect(log.say("writing", in: "convert") == [.text("writing")])
        #expect(log.note("verify: stored") == [])
        #expect(log.begin("scan", at: 3) == [])
        #expect(log.end("prove", at: 4) == [])
        #expect(
            log.end("convert", at: 5) == [
                .closing("convert", at: 5), .opening("prove", at: 2), .text("a clone boots"), .closing("prove", at: 4),
                .text("verify: stored"), .opening("scan", at: 3),
            ])
        #expect(log.say("looking", in: "scan") == [.text("looking")])
        #expect(log.finish(at: 9) == [.closing("scan", at: 9)])
        #expect(log.finish(at: 9) == [])
        #expect(log.note("the end") == [.text("the end")])
    }

    @Test func showsWhatWaitedOfAStageThatGoesOn() {
        var log = GroupedLog()
        _ = log.begin("one", at: 1)
        _ = log.begin("two", at: 2)
        _ = log.say("first", in: "two")
        #expect(
            log.end("one", at: 3) == [.closing("one", at: 3), .opening("two", at: 2), .text("first")])
        #expect(log.say("second", in: "two") == [.text("second")])
        #expect(log.end("two", at: 4) == [.closing("two", at: 4)])
    }

    @Test func losesNothingOfAStageThatNeverBegan() {
        var log = GroupedLog()
        #expect(log.say("x", in: "none") == [.text("x")])
        #expect(log.end("none", at: 1) == [])
    }
}
