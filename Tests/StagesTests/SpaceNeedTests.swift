import HostSystem
import Testing

@testable import Stages

struct SpaceNeedTests {
    @Test func followsTheFormats() async throws {
        try await TestProject.with { project in
            let one = SpaceNeed(of: try project.template("formats: [qcow2]"))
            #expect(one.output == .gibibytes(3))
            #expect(one.state == .gibibytes(9))
            #expect(one.together == .gibibytes(12))
            let all = SpaceNeed(of: try project.template("formats: [qcow2, vmdk, vhd, ova, raw]"))
            #expect(all.output == .gibibytes(21))
            let plain = SpaceNeed(of: try project.template("formats: { qcow2: { compression: none } }"))
            #expect(plain.output == .gibibytes(6))
        }
    }
}
