import HostSystem
import Testing

@testable import Deployment

/// What machines of ours say of themselves.
struct ProxmoxRecordTests {
    private var record: ProxmoxRecord {
        var record = ProxmoxRecord(
            role: .candidate, vmid: 105, name: "web",
            release: ProxmoxRelease(
                template: "golden-web", version: "v1.2.0", digest: Digest.of("release"), image: Digest.of("image")),
            settings: Digest.of("settings"), run: "0123abcd")
        record.isProven = true
        record.generation = 7
        return record
    }

    @Test func isReadAsItWasWritten() {
        #expect(ProxmoxRecord(record.text, of: 105) == record)
    }

    @Test func isReadWithOtherLinesAroundIt() {
        let text = record.text.replacing("\n", with: "\r\n")
        #expect(ProxmoxRecord("# Our web servers\n\n" + text + "\nAsk ada@example.org.\n", of: 105) == record)
    }

    @Test func takesTheOthersPlaceAmongWhatPeopleWrote() {
        var new = record
        new.generation = 8
        let notes = ("# Our web servers\n\n- Owner: ada", "Ask ada@example.org.")
        let text = new.text(replacing: record, in: "\(notes.0)\n\n\(record.text)\n\(notes.1)\n")
        #expect(text == "\(notes.0)\n\n\(new.text)\n\(notes.1)\n")
        #expect(ProxmoxRecord(text, of: 105) == new)
        #expect(new.text(replacing: record, in: record.text) == new.text)
        #expect(new.text(replacing: new, in: text.replacing("\n", with: "\r\n")) == text)
    }

    @Test func countsForTheMachineItIsAboutAlone() {
        #expect(ProxmoxRecord(record.text, of: 106) == nil)
    }

    @Test(arguments: [
        "Role", "VMID", "Name", "Template", "Version", "Release", "Image", "Settings", "Run", "Generation",
    ])
    func isNoneWithoutALine(_ key: String) {
        let lines = record.text.split(separator: "\n").filter { !$0.hasPrefix("- \(key):") }
        #expect(ProxmoxRecord(lines.joined(separator: "\n"), of: 105) == nil)
    }

    @Test func isNoneWithALineTwice() {
        #expect(ProxmoxRecord(record.text + "- Role: template\n", of: 105) == nil)
    }

    @Test func isNoneInALongText() {
        #expect(ProxmoxRecord(record.text + String(repeating: "x", count: 9000), of: 105) == nil)
    }

    @Test func leavesTagsOfOthersAlone() {
        let tags = ProxmoxTag.replacing(
            ["prod", ProxmoxTag.ours, ProxmoxTag.candidate, "team-a"], by: ProxmoxTag.current)
        #expect(tags == "prod;team-a;imagefactory;imagefactory-current")
    }

    @Test func knowsItsUploads() {
        let release = record.release
        let image = ImageSource(
            release: release, suffix: "qcow2", virtualSize: .gibibytes(1), way: .download(address: "", size: 1))
        let volume = "local:import/" + image.fileName(for: "web", run: "0123abcd")
        #expect(ImageSource.isUpload(volume, on: "local", for: "web"))
        #expect(!ImageSource.isUpload(volume, on: "local", for: "we"))
        #expect(!ImageSource.isUpload(volume, on: "other", for: "web"))
        #expect(!ImageSource.isUpload("local:import/web.qcow2", on: "local", for: "web"))
        #expect(!ImageSource.isUpload("local:import/imagefactory-web.backup.qcow2", on: "local", for: "web"))
    }
}
