import GuestAgent
import SystemPackage
import Testing

/// A guest may answer anything.
struct MalformedReplyTests {
    @Test(arguments: [
        "", "null", "[]", "{}", "{", #"{"return":null}"#, #"{"return":[]}"#, #"{"return":{}} {"return":{}}"#,
        #"{"error":"no"}"#, #"{"error":{"class":"GenericError"}}"#, "\u{0}", #"{"return":"guest-ping"}"#,
        String(repeating: "[", count: 200_000),
    ])
    func refusesWhatIsNoReply(reply: String) async throws {
        let agent = Agent(channel: ScriptedChannel(reply))
        await expectError(.malformed) { try await agent.info() }
    }

    @Test(arguments: [
        #"{"return":{"pid":0}}"#, #"{"return":{"pid":-7}}"#, #"{"return":{"pid":"7"}}"#, #"{"return":{"pid":1e40}}"#,
        #"{"return":{"pid":7.5}}"#, #"{"return":7}"#,
    ])
    func refusesAProcessWithoutANumber(reply: String) async throws {
        let agent = Agent(channel: ScriptedChannel(reply))
        await expectError(.malformed) { try await agent.execute("true", deadline: .seconds(5)) }
    }

    @Test(arguments: [
        #"{"exited":true}"#, #"{"exited":true,"exitcode":0,"signal":9}"#, #"{"exited":"yes","exitcode":0}"#,
        #"{"exited":true,"exitcode":99999999999}"#, #"{"exited":true,"exitcode":0,"out-data":"!!!"}"#,
        #"{"exited":true,"exitcode":0,"err-data":"QQ"}"#, #"{"exited":true,"exitcode":0,"out-data":7}"#,
    ])
    func refusesAStatusThatMakesNoSense(status: String) async throws {
        let agent = Agent(channel: ScriptedChannel(#"{"return":{"pid":7}}"#, #"{"return":\#(status)}"#))
        await expectError(.malformed) { try await agent.execute("true", deadline: .seconds(5)) }
    }

    @Test(arguments: [
        #"{"count":3,"buf-b64":"QQ==","eof":true}"#, #"{"count":1,"buf-b64":"Q","eof":true}"#,
        #"{"count":0,"buf-b64":"","eof":false}"#, #"{"count":-1,"buf-b64":"","eof":true}"#, #"{"count":0,"eof":true}"#,
        #"{"count":400000,"buf-b64":"\#(String(repeating: "A", count: 533_332))QQ==","eof":false}"#,
    ])
    func refusesAReadThatMakesNoSense(reply: String) async throws {
        let agent = Agent(channel: ScriptedChannel(#"{"return":1000}"#, #"{"return":\#(reply)}"#))
        await expectError(.malformed) { try await agent.read("/file") }
    }

    @Test(arguments: [0, -1, 4])
    func refusesAWriteThatCannotBe(count: Int) async throws {
        let agent = Agent(
            channel: ScriptedChannel(#"{"return":1000}"#, #"{"return":{"count":\#(count),"eof":false}}"#))
        await expectError(.fileError) { try await agent.write([1, 2, 3], to: "/file") }
    }

    @Test func goesOnAfterAShortWrite() async throws {
        let channel = ScriptedChannel(
            #"{"return":1000}"#, #"{"return":{"count":2,"eof":false}}"#, #"{"return":{"count":1,"eof":false}}"#,
            #"{"return":{}}"#)
        try await Agent(channel: channel).write([1, 2, 3], to: "/file")
        #expect(channel.requests.count == 5)
        #expect(channel.requests[2].contains(#""buf-b64":"Aw==""#))
    }

    @Test func refusesAnAbsurdNumberOfInterfaces() async throws {
        let one = #"{"name":"eth0"}"#
        let many = Array(repeating: one, count: 5000).joined(separator: ",")
        let agent = Agent(channel: ScriptedChannel(#"{"return":[\#(many)]}"#))
        await expectError(.malformed) { try await agent.networkInterfaces() }
    }

    @Test func refusesAReplyThatIsTooLong() async throws {
        let agent = Agent(channel: ScriptedChannel(#"{"return":"\#(String(repeating: "x", count: 49 << 20))"}"#))
        await expectError(.malformed) { try await agent.ping() }
    }
}
