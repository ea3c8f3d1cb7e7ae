import Testing

@testable import Attestation

struct PackageChangesTests {
    private func deb(_ name: String, _ version: String, _ architecture: String = "amd64") -> InstalledPackage {
        InstalledPackage(kind: .deb, name: name, version: version, architecture: architecture)
    }

    private func rpm(_ name: String, _ version: String) -> InstalledPackage {
        InstalledPackage(kind: .rpm, name: name, version: version, architecture: "x86_64")
    }

    private func words(_ moves: [PackageChanges.Move]) -> [String] {
        moves.map { "\($0.name) \($0.from) \($0.to)" }
    }

    @Test func tellsUpFromDownByTheDatabasesOwnOrder() {
        let changes = PackageChanges(
            from: [deb("a", "1.0~rc1-1"), deb("b", "1:1-1"), deb("c", "1.9"), deb("d", "1"), deb("same", "1")],
            to: [deb("a", "1.0-1"), deb("b", "2-1"), deb("c", "1.10"), deb("e", "1"), deb("same", "1")])
        #expect(words(changes.upgraded) == ["a 1.0~rc1-1 1.0-1", "c 1.9 1.10"])
        #expect(words(changes.downgraded) == ["b 1:1-1 2-1"])
        #expect(changes.removed.map(\.name) == ["d"] && changes.added.map(\.name) == ["e"])
        #expect(changes.rebuilt.isEmpty)
        // A caret is more than the end for rpm, and less for dpkg.
        #expect(words(PackageChanges(from: [rpm("x", "1-1")], to: [rpm("x", "1^a-1")]).upgraded) == ["x 1-1 1^a-1"])
    }

    @Test func callsAVersionOfTheSameRankRebuilt() {
        let changes = PackageChanges(
            from: [deb("a", "1.0"), deb("b", "1", "amd64")], to: [deb("a", "1.00"), deb("b", "1", "all")])
        #expect(words(changes.rebuilt) == ["a 1.0 1.00", "b 1 1"])
        #expect(changes.rebuilt.map(\.architecture) == ["amd64", "all"])
        #expect(changes.upgraded.isEmpty && changes.downgraded.isEmpty && changes.added.isEmpty)
    }

    @Test func comparesEachArchitectureOfAPackage() {
        let changes = PackageChanges(
            from: [deb("libc6", "1", "amd64"), deb("libc6", "1", "i386")],
            to: [deb("libc6", "2", "amd64"), deb("libc6", "2", "i386")])
        #expect(changes.upgraded.map(\.architecture) == ["amd64", "i386"])
        #expect(changes.added.isEmpty && changes.removed.isEmpty)
    }

    @Test func knowsPackagesThatStandSideBySide() {
        let (one, two, three) = (
            rpm("kernel-core", "5.14-1"), rpm("kernel-core", "5.14-2"), rpm("kernel-core", "5.14-3")
        )
        let added = PackageChanges(from: [one], to: [one, two])
        #expect(added.added.map(\.version) == ["5.14-2"] && added.upgraded.isEmpty)
        let replaced = PackageChanges(from: [one, two], to: [two, three])
        #expect(words(replaced.upgraded) == ["kernel-core 5.14-1 5.14-3"])
        let both = PackageChanges(from: [one, two], to: [three])
        #expect(both.removed.map(\.version) == ["5.14-1", "5.14-2"] && both.added.map(\.version) == ["5.14-3"])
    }

    @Test func takesAnotherDatabasesPackageForAnother() {
        let changes = PackageChanges(from: [deb("bash", "5")], to: [rpm("bash", "5-1")])
        #expect(changes.removed.map(\.kind) == [.deb] && changes.added.map(\.kind) == [.rpm])
    }
}
