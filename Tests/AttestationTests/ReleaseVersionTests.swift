import Attestation
import Testing

struct ReleaseVersionTests {
    @Test(arguments: [
        "v0.0.0", "v1.2.0", "v10.20.30", "v1.2.0-rc.1", "v1.2.0-alpha", "v1.2.0-x-y-z.1.a", "v0.0.0-0123456789ab",
        "v1.2.0-development", "v1.2.0-prodigy", "v1.2.0--",
    ])
    func takesVersions(version: String) {
        #expect(ReleaseVersion.problem(with: version) == nil)
    }

    @Test(arguments: [
        "", "1.2.0", "v1.2", "v1.2.0.4", "v01.2.0", "v1.02.0", "v1.2.0-", "v1.2.0-a..b", "v1.2.0-a.", "v1.2.0-.a",
        "v1.2.0 ", " v1.2.0", "v1.2.0\n", "v1.2.0-rc 1", "v1.2.0-rc/1", "v1.2.0-../../etc", "V1.2.0", "v1.2.x",
        "v-1.2.0",
        "v1.2.0-\u{FC}", "v\u{661}.2.0", "latest", "v1.2.0-" + String(repeating: "a", count: 60),
    ])
    func refusesWhatIsNoVersion(text: String) {
        #expect(
            ReleaseVersion.problem(with: text)
                == "'\(text)' is not a version; write vX.Y.Z, such as v1.2.0 or v1.2.0-rc.1")
    }

    @Test(arguments: ["dev", "staging", "prod", "approved", "revoked"])
    func leavesTheWordsOfTagsToPromotion(word: String) {
        for version in ["v1.2.0-\(word)", "v1.2.0-rc.1-\(word)", "v1.2.0-\(word).2"] {
            #expect(
                ReleaseVersion.problem(with: version)
                    == "'\(version)' holds '\(word)', which the tags of a promotion hold; leave that to promotion")
        }
    }
}
