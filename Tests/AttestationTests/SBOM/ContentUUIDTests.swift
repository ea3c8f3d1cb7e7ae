import HostSystem
import Testing

@testable import Attestation

struct ContentUUIDTests {
    @Test func derivesAUUIDFromADigest() {
        let id = ContentUUID(.of("")).description
        // RFC 9562: version 8, and the variant of that RFC; all else is the digest's.
        #expect(id == "e3b0c442-98fc-8c14-9afb-f4c8996fb924")
        #expect(
            ContentUUID(.of("a")).description.wholeMatch(
                of: /[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/) != nil)
    }
}
