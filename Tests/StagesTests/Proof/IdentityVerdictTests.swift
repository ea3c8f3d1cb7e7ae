import HostSystem
import Testing

@testable import Pipeline
@testable import Stages

/// Recorded identities of a build's system and of two clones.
struct IdentityVerdictTests {
    /// A record with one item of each kind; `mark` makes the digests this system's own.
    private static func record(_ mark: String, without: Set<IdentityKind> = []) -> IdentityRecord {
        let kinds = IdentityKind.allCases.filter { !without.contains($0) }
        return IdentityRecord(
            items: kinds.map { .init(kind: $0, name: "/\($0.rawValue)", digest: .of("\(mark) \($0.rawValue)")) },
            wanted: [.machineID])
    }

    private func verdict(
        _ kind: IdentityKind, _ clones: [IdentityRecord], build: IdentityRecord? = IdentityVerdictTests.record("build"),
        declared: Set<Template.Identity> = []
    ) throws -> IdentityVerdict {
        let verdicts = IdentityVerdict.judge(clones: clones, build: build, declared: declared)
        #expect(verdicts.map(\.kind) == IdentityKind.allCases)
        return try #require(verdicts.first { $0.kind == kind })
    }

    @Test func findsNothingInSystemsThatShareNothing() {
        let verdicts = IdentityVerdict.judge(
            clones: [Self.record("a"), Self.record("b")], build: Self.record("build"),
            declared: Set(Template.Identity.allCases))
        #expect(verdicts.allSatisfy { $0.finding == .different && $0.failure == nil && $0.remark == nil })
    }

    @Test(arguments: IdentityKind.allCases)
    func catchesWhatTwoClonesShare(kind: IdentityKind) throws {
        var (one, two) = (Self.record("a"), Self.record("b"))
        let shared = IdentityRecord.Item(kind: kind, name: "/planted", digest: .of("planted"))
        one.items.append(shared)
        two.items.append(shared)
        let verdict = try verdict(kind, [one, two], declared: Set(Template.Identity.allCases))
        #expect(verdict.finding == .shared)
        #expect(verdict.items == ["/planted"])
        #expect(verdict.failure == "two clones have the same \(kind.rawValue): /planted")
    }

    @Test(arguments: IdentityKind.allCases)
    func catchesWhatIsLeftOfTheBuild(kind: IdentityKind) throws {
        let build = Self.record("build")
        var one = Self.record("a", without: [kind])
        one.items += build.items.filter { $0.kind == kind }
        let verdict = try verdict(kind, [one, Self.record("b")], declared: Set(Template.Identity.allCases))
        #expect(verdict.finding == .leftover)
        #expect(
            verdict.failure
                == "a clone has the \(kind.rawValue) of the system that it was made from: /\(kind.rawValue)")
    }

    /// Whether clones may share these is for the template to say.
    @Test(arguments: Template.Identity.allCases)
    func mindsSomeOnlyIfTheTemplateDoes(identity: Template.Identity) throws {
        let kind = try #require(IdentityKind(rawValue: identity.rawValue))
        let build = Self.record("build")
        var (one, two) = (Self.record("a"), Self.record("b"))
        for index in one.items.indices where one.items[index].kind == kind {
            one.items[index] = build.items[index]
            two.items[index] = build.items[index]
        }
        let tolerant = try verdict(kind, [one, two])
        #expect(tolerant.finding == .leftover && !tolerant.isRequired && tolerant.failure == nil)
        #expect(tolerant.remark?.contains("shared") == true)
        #expect(try verdict(kind, [one, two], declared: [identity]).failure != nil)
    }

    @Test func tellsWhatNobodyHasFromWhatIsMissing() throws {
        let clones = [
            Self.record("a", without: [.machineID, .iscsiInitiator]),
            Self.record("b", without: [.machineID, .iscsiInitiator]),
        ]
        let absent = try verdict(.iscsiInitiator, clones)
        #expect(absent.finding == .absent && absent.failure == nil && absent.remark != nil)
        let missing = try verdict(.machineID, clones)
        #expect(missing.failure == "a clone has no machine-id")
    }

    @Test func doesNotMindTwoNamesForOneThingInOneSystem() throws {
        var one = Self.record("a")
        one.items.append(.init(kind: .machineID, name: "/var/lib/dbus/machine-id", digest: .of("a machine-id")))
        #expect(try verdict(.machineID, [one, Self.record("b")]).finding == .different)
    }

    @Test func judgesClonesAloneWhereTheBuildIsNotKnown() throws {
        #expect(try verdict(.machineID, [Self.record("a"), Self.record("b")], build: nil).finding == .different)
        #expect(try verdict(.machineID, [Self.record("a"), Self.record("a")], build: nil).finding == .shared)
    }
}
