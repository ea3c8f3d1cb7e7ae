import Testing

@testable import Stages

struct LinkMapTests {
    private static let links = [
        "/bin": "usr/bin", "/lib": "/usr/lib", "/usr/lib/old": "../../opt/./new/", "/opt/new": "newer",
        "/loop": "loop2",
        "/loop2": "/loop", "/up": "../../..", "/usr/bin/sh": "dash",
    ]

    @Test(arguments: [
        ("/bin/sh", "/usr/bin/sh"), ("/lib/old/file", "/opt/newer/file"), ("/bin", "/bin"), ("/", "/"), ("/.", "/"),
        ("/usr//bin/./x", "/usr/bin/x"), ("/up/etc/x", "/etc/x"), ("/lib/../x", "/x"), ("", "/"),
        ("bin/ls", "/usr/bin/ls"),
    ])
    func followsTheLinksAmongTheFolders(path: String, location: String) {
        var map = LinkMap(Self.links)
        #expect(map.location(of: path) == location)
    }

    @Test func followsTheLastLinkWhereItIsAskedTo() {
        var map = LinkMap(Self.links)
        #expect(map.target(of: "/bin/sh") == "/usr/bin/dash")
        #expect(map.target(of: "/up") == "/")
    }

    @Test func endsInALoopOfLinksAndInALongChain() {
        var map = LinkMap(Self.links)
        #expect(map.location(of: "/loop/x").hasSuffix("/x"))
        var chain = LinkMap(Dictionary(uniqueKeysWithValues: (0..<100_000).map { ("/l\($0)", "l\($0 + 1)") }))
        #expect(chain.location(of: "/l0/x").hasSuffix("/x"))
        let deep = String(repeating: "/a", count: 2000)
        #expect(chain.location(of: deep) == deep)
        let tooLong = String(repeating: "/a", count: 1_000_000)
        #expect(chain.location(of: tooLong) == tooLong)
    }
}
