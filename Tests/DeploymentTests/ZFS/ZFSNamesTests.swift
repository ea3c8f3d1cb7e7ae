import Deployment
import HostSystem
import RandomTestSupport
import Testing

@testable import Deployment

struct ZFSNamesTests {
    @Test(arguments: [
        "rpool", "rpool/images", "tank/a-b_c.d:e", "r/\(String(repeating: "a", count: 253))", "Tank1/..x", "rpool/-x",
    ])
    func takesNamesOfDatasets(text: String) {
        #expect(DatasetName(text)?.description == text)
    }

    @Test(arguments: [
        "", "/", "rpool/", "/rpool", "rpool//x", "rpool/.", "rpool/..", "1pool", "-rpool", "mirror", "raidz2", "draid",
        "spare", "log", "rpool/x@y", "rpool/x#y", "rpool/x y", "rpool/x\ty", "rpool/x\ny", "rpool/é", "rpool/%recv",
        "rpool/$(id)", "rpool/x'y", "r/\(String(repeating: "a", count: 254))",
    ])
    func refusesOtherNames(text: String) {
        #expect(DatasetName(text) == nil)
    }

    @Test func keepsNamesOfSnapshotsWithinTheLimit() throws {
        let dataset = try #require(DatasetName("r/\(String(repeating: "a", count: 248))"))
        #expect(dataset.snapshot("v1.2") == "\(dataset)@v1.2")
        #expect(dataset.snapshot("v1.2.0") == nil)
        #expect(dataset.child("toolong") == nil)
        #expect(DatasetName("rpool")?.snapshot("a@b") == nil)
        #expect(DatasetName("rpool")?.child("a/b") == nil)
    }

    @Test func lastNamesNeverHoldWhatMeansSomethingElse() {
        var random = SeededRandom(seed: 8)
        let alphabet = Array("ab1/-_.:@#% '\"$`\\\n\té")
        var taken = 0
        for _ in 0..<20_000 {
            let text = String(
                (0..<Int.random(in: 1...8, using: &random)).map { _ in
                    alphabet[Int.random(in: 0..<alphabet.count, using: &random)]
                })
            guard let name = DatasetName(text) else { continue }
            taken += 1
            #expect(name.description == text)
            #expect(text.wholeMatch(of: /[a-z][a-z0-9_.:\-]*(\/[a-z0-9_.:\-]+)*/) != nil, "\(text)")
        }
        #expect(taken > 100)
    }

    @Test func readsPlacesHereAndOnOtherHosts() throws {
        let here = try #require(ZFSPlace("zfs:rpool/images"))
        #expect(here.host == nil && here.dataset.description == "rpool/images")
        let there = try #require(ZFSPlace("zfs:root@kvm1.example:tank/images:old"))
        #expect(there.host?.description == "root@kvm1.example")
        #expect(there.dataset.description == "tank/images:old")
        #expect(ZFSPlace("\(there)") == there && ZFSPlace("\(here)") == here)
    }

    @Test(arguments: [
        "rpool/images", "zfs:", "zfs:-oProxyCommand=x:tank", "zfs:a b:tank", "zfs:root@:tank", "zfs:host:",
        "zfs:h:/tank",
        "zfs:$(id)@h:tank",
    ])
    func refusesOtherPlaces(text: String) {
        #expect(ZFSPlace(text) == nil)
    }

    @Test func goesWhereTheConnectionGoes() throws {
        let place = try #require(ZFSPlace("zfs:rpool/images"))
        let uri = "qemu+ssh://root@kvm1:2222/system?keyfile=/keys/a&known_hosts=/keys/hosts&keyfile2=b"
        let address = try #require(place.on(connection: uri).host)
        #expect(address.description == "root@kvm1")
        #expect(
            address.arguments("true").suffix(9) == [
                "-p", "2222", "-i", "/keys/a", "-o", "UserKnownHostsFile=/keys/hosts", "--", "root@kvm1", "true",
            ])
        #expect(address.arguments("true").contains("BatchMode=yes"))
        #expect(place.on(connection: "qemu:///system").host == nil)
        #expect(place.on(connection: "qemu+unix:///system?socket=/run/x").host == nil)
        let own = try #require(ZFSPlace("zfs:backup:tank"))
        #expect(own.on(connection: uri) == own)
    }

    @Test(arguments: [
        [""], ["a b", "c"], ["'", "''", "\\", "\"$HOME\" `id`; rm -rf x # & | > <", "*", "~", "-n", "é\n\t"],
    ])
    func handsEachWordToAShellAsItIs(words: [String]) async throws {
        let line = ShellText.quoted(["printf", "%s\\0"] + words)
        let printed = try await Program.run("sh", ["-c", line], deadline: .seconds(20)).standardOutput
        #expect(printed == Array(words.map { "\($0)\0" }.joined().utf8))
    }

    @Test func runsTheSameWordsHereAndByASSH() async throws {
        let words = ["printf", "%s|", "it's", "$PATH"]
        let here = try await HostShell(nil).run(words)
        #expect(here.text == "it's|$PATH|")
        let call = HostShell(SSHAddress("root@kvm1")).call(words)
        #expect(call.name == "ssh")
        // What the shell at the other end makes of its one argument.
        let there = try await Program.run("sh", ["-c", try #require(call.arguments.last)], deadline: .seconds(20))
        #expect(there.text == here.text)
    }
}
