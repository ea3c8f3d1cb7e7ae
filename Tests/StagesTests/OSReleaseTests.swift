import Attestation
import CrashTestSupport
import HostSystem
import RandomTestSupport
import Testing

@testable import Stages

struct OSReleaseTests {
    private static let text = #"""
        # a remark
        NAME="Small \"Linux\" \$1"
        ID=small # more words
        VERSION_ID='13\1'
          PRETTY_NAME="A\z \\ `B`"
        EMPTY=""
        JOINED=a"b c"'d'\ e
        no assignment
        BAD-NAME=x
        OPEN="never closed
        """#

    @Test func readsAsAShellDoes() async throws {
        let release = OSRelease(Self.text)
        #expect(release["NAME"] == "Small \"Linux\" $1")
        #expect(release["ID"] == "small")
        #expect(release["JOINED"] == "ab cd e")
        #expect(release["EMPTY"] == nil && release["BAD-NAME"] == nil)
        for name in ["NAME", "VERSION_ID", "JOINED"] {
            let lines = Self.text.split(separator: "\n").filter { $0.hasPrefix("\(name)=") }.joined()
            let said = try await Program.run(
                "/bin/sh", ["-c", "\(lines); printf %s \"$\(name)\""], deadline: .seconds(60)
            ).text
            #expect(release[name] == said)
        }
    }

    @Test func namesASystemThatSaysNothingOfItself() {
        let system = OSRelease("").system(architecture: "amd64")
        #expect(
            system
                == OperatingSystem(
                    id: "linux", versionID: nil, codename: nil, prettyName: "Linux", architecture: "amd64"))
    }

    @Test func neverCrashesOnRandomDamage() {
        var random = SeededRandom(seed: 12)
        for _ in 0..<300 {
            let release = OSRelease(String(decoding: damaged(Self.text, using: &random), as: UTF8.self))
            #expect(release.system(architecture: "").prettyName.count < 200)
        }
    }
}
