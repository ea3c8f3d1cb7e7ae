import Attestation
import DiskImages
import Foundation
import HostSystem
import Machines
import SystemPackage
import Testing

@testable import Pipeline
@testable import Stages

struct BootReportTests {
    private static func boot(_ format: ImageFormat, _ bus: Template.DiskBus) throws -> ImageBoot {
        let image = ImageFile(format: format, file: "image", size: 1, sha256: .of("x"), virtualSize: 1)
        return try #require(ImageBoot.all(of: image, in: "/images", buses: [bus]).first)
    }

    @Test func namesEachFailureByItsCause() throws {
        let facts = GuestFacts(kernel: "6.12", root: "/dev/vda2")
        let test = TestOutcome(name: "the greeting is there", failure: "it printed ''", duration: .seconds(1))
        let report = BootReport(boots: [
            BootResult(try Self.boot(.qcow2, .virtio), on: .virtio, time: .seconds(30), facts: facts, tests: []),
            BootResult(
                try Self.boot(.vmdk, .sata),
                failure: BootFailure(MachineFailure(.noBootMedium, evidence: ["BdsDxe: No bootable option"]))),
            BootResult(try Self.boot(.raw, .scsi), on: .scsi, time: .seconds(31), facts: facts, tests: [test]),
        ])
        #expect(report.boots.map(\.failures.count) == [0, 1, 1])
        #expect(report.boots[1].failures[0].cause == "no-boot-medium")
        #expect(report.boots[2].failures[0].cause == "test-failed")
        #expect(
            report.outcomes.map(\.name) == [
                "qcow2 on virtio boots", "vmdk on sata boots", "raw on scsi boots",
                "raw on scsi: the greeting is there",
            ])
        #expect(report.outcomes.map { $0.failure != nil } == [false, true, false, true])
        let error = ImageBootError(failed: Array(report.boots.dropFirst()), total: 3)
        #expect(error.causeName == "no-boot-medium")
        #expect(error.description.hasPrefix("2 of 3 boots of the images failed\n  > vmdk on sata: the firmware found"))
        #expect(error.description.contains("BdsDxe: No bootable option [no-boot-medium]"))
    }

    @Test func tellsWhatTheGuestSaysOfItself() throws {
        let report = BootReport(boots: [
            BootResult(
                try Self.boot(.vhd, .virtio), on: .virtio, time: .milliseconds(28_940),
                facts: GuestFacts(kernel: "6.12.48+deb13-amd64", root: "rpool/ROOT/lab"), tests: [])
        ])
        let json = try #require(try JSONSerialization.jsonObject(with: report.json()) as? [String: Any])
        let boots = try #require(json["boots"] as? [[String: Any]])
        #expect(boots[0]["format"] as? String == "vhd" && boots[0]["bus"] as? String == "virtio")
        #expect(boots[0]["kernel"] as? String == "6.12.48+deb13-amd64")
        #expect(boots[0]["root"] as? String == "rpool/ROOT/lab")
        #expect(boots[0]["seconds"] as? Double == 28.9)
    }
}
