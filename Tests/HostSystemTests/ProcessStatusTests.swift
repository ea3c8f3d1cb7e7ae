import Foundation
import HostSystem
import Testing

struct ProcessStatusTests {
    /// As the kernel writes it, shortened: field 3 is the state, field 22 the start and field 52, the last, the end.
    private static func text(name: String, state: String) -> String {
        "77 (\(name)) \(state) 1\(String(repeating: " 0", count: 17)) 4711\(String(repeating: " 0", count: 29)) 768\n"
    }

    @Test(arguments: ["sh", "a (b) c", ") Z 1 (", "two\nlines", ""])
    func namesMayHoldAnything(name: String) throws {
        let status = try #require(ProcessStatus(Self.text(name: name, state: "S")))
        #expect(status.state == "S")
        #expect(status.start == 4711)
        #expect(status.waitStatus == 768)
        #expect(!status.hasEnded)
    }

    @Test(arguments: ["Z", "X"])
    func theDeadAreToldFromTheLiving(state: String) {
        #expect(ProcessStatus(Self.text(name: "sh", state: state))?.hasEnded == true)
    }

    @Test(arguments: ["", "77", "77 (sh)", "77 (sh) Z", "77 (sh) Z 1 2 3"])
    func otherTextsAreNone(text: String) {
        #expect(ProcessStatus(text) == nil)
    }

    @Test func isReadOfARealProcess() throws {
        let own = try #require(ProcessStatus(of: getpid()))
        #expect(!own.hasEnded && own.start > 0)
        #expect(ProcessStatus(of: 4_194_305) == nil)
    }
}
