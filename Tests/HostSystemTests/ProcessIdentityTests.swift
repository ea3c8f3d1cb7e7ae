import HostSystem
import Testing

struct ProcessIdentityTests {
    @Test func thisProcessGoesOn() throws {
        let own = try #require(ProcessIdentity.current)
        #expect(own.hasEnded == false)
        #expect(ProcessIdentity("\(own)") == own)
    }

    @Test func anotherWithItsNumberIsNotIt() throws {
        let parts = "\(try #require(ProcessIdentity.current))".split(separator: "-")
        #expect(ProcessIdentity("\(parts[0])-\(parts[1])-1")?.hasEnded == true)
        #expect(ProcessIdentity("\(parts[0])-4194305-1")?.hasEnded == true)
    }

    @Test func nothingIsKnownOfOtherHosts() {
        #expect(ProcessIdentity("0123456789ab-1-1")?.hasEnded == nil)
    }

    @Test(arguments: ["", "-", "0123456789ab-1", "0123456789AB-1-1", "0123456789ab--1", "0123456789ab-99999999999-1"])
    func otherTextsAreNone(_ text: String) {
        #expect(ProcessIdentity(text) == nil)
    }
}
