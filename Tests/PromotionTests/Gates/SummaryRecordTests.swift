import Attestation
import HostSystem
import Testing

@testable import Promotion

struct SummaryRecordTests {
    /// Whoever can push can give a ref any name.
    @Test func getsANumberWhateverOthersPushed() {
        let release = ReleaseIdentity(
            template: "web", version: "v1.0.0", release: Digest.of("manifest"), evidence: Digest.of("checksums"),
            images: [:])
        let subject = GateSubject(release: release, channel: .staging, folder: nil)
        let stem = "refs/imagefactory/golden/summaries/v1.0.0-staging."
        let refs = ["1", "\(Int.max)", "999999999", "01", "x"].map { stem + $0 }
        #expect(SummaryRecord.ref(series: "golden", subject: subject, among: refs) == stem + "2")
        #expect(SummaryRecord.ref(series: "golden", subject: subject, among: []) == stem + "1")
    }
}
