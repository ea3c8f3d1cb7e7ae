import Promotion
import Testing

@testable import ContinuousIntegration

struct HookEventsTests {
    private let zeros = String(repeating: "0", count: 40)
    private let one = String(repeating: "1", count: 40)
    private let two = String(repeating: "2", count: 40)

    @Test func readsTheRefsOfAPush() throws {
        let events = try HookEvents.read(
            lines: """
                \(zeros) \(one) refs/tags/golden/v1.2.0
                \(one) \(two) refs/tags/golden/v1.1.0
                \(one) \(zeros) refs/tags/golden/v1.0.0
                \(one) \(two) refs/heads/main
                \(zeros) \(two) refs/notes/commits

                """)
        let first = try #require(ObjectID(one))
        let second = try #require(ObjectID(two))
        #expect(
            events == [
                CIEvent(.tag("golden/v1.2.0", .created), commit: first),
                CIEvent(.tag("golden/v1.1.0", .moved(from: first)), commit: second),
                CIEvent(.tag("golden/v1.0.0", .deleted), commit: nil),
                CIEvent(.branch("main"), commit: second),
                CIEvent(.other("refs/notes/commits"), commit: second),
            ])
        #expect(try HookEvents.read(arguments: ["refs/tags/golden/v1.2.0", zeros, one]) == events[0])
        #expect(try HookEvents.read(lines: "") == [])
    }

    @Test(arguments: ["x", "a b c", "$ONE $ONE", "$ONE  $ONE refs/heads/main", "$ONE $ONE refs/heads/a b"])
    func refusesOtherLines(line: String) {
        #expect(throws: CIRefusal.self) { try HookEvents.read(lines: line.replacing("$ONE", with: one)) }
    }
}
