import Pipeline
import Testing

struct ConditionTests {
    private let values = ["profile": "core", "distro": "debian", "release": "13.1"]

    @Test(arguments: [
        ("profile == core", true), ("profile != core", false), ("distro==debian", true), ("other == x", false),
        ("other != x", true), ("release == 13.1", true),
        ("profile == server or distro == debian", true), ("profile == core and distro == fedora", false),
        // 'and' binds tighter than 'or'.
        ("profile == core or distro == fedora and release == 1", true),
        ("(profile == core or distro == fedora) and release == 1", false),
        ("((profile == core))", true),
    ])
    func holds(text: String, expected: Bool) throws {
        #expect(try Condition(parsing: text).holds { values[$0] } == expected)
    }

    @Test(arguments: [
        ("", "it ends where a name, such as profile must stand"),
        ("profile", "'profile' must be followed by == or !="),
        ("profile ==", "it ends where a value after 'profile ==' must stand"),
        ("profile == core and", "it ends where a name, such as profile must stand"),
        ("profile == core or or", "'or' stands where a name, such as profile must stand"),
        ("profile == core distro", "'distro' is one word too many"),
        ("(profile == core", "a ')' is missing"),
        ("profile == $(id)", "'$' cannot stand in a condition"),
        ("profile = core", "'=' cannot stand in a condition"),
        (String(repeating: "(", count: 100), "too many parentheses"),
    ])
    func refuses(text: String, expected: String) {
        let error = #expect(throws: ConditionError.self) { try Condition(parsing: text) }
        #expect(error?.description == expected)
    }

    @Test func mayBeLongButNotWithoutEnd() throws {
        func condition(_ terms: Int) -> String { Array(repeating: "a == 1", count: terms).joined(separator: " and ") }
        #expect(try Condition(parsing: condition(50)).holds { _ in "1" })
        for terms in [51, 100_000] {
            let error = #expect(throws: ConditionError.self) { try Condition(parsing: condition(terms)) }
            #expect(error?.description == "it has more than 200 words and signs")
        }
    }

    @Test func namesWhatItAsksFor() throws {
        #expect(try Condition(parsing: "a == 1 and (b == 2 or a != 3)").names == ["a", "b"])
    }
}
