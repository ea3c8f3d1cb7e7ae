import Attestation
import HostSystem
import Machines
import Synchronization
import SystemPackage
import Testing

@testable import Pipeline
@testable import Stages

/// Everything that a release is made of, without the machines: a disk, its images, reports, and an installer medium.
struct ReleaseBench: Sendable {
    /// Where releases go.
    var output: FilePath
    /// The sealed disk.
    let disk: FilePath
    /// The folder of its images.
    private(set) var images: FilePath
    /// Whether a clone of it was tested.
    var hasProof = true
    /// The key of that test.
    var proofKey = StageKey(Digest.of("proof"))
    /// Whether an inventory was taken of it.
    var inventory: Inventory?
    /// Who signs.
    var signer: PrivateKey?
    /// What is logged of a run before its release is made.
    var log: @Sendable (RunFolder) throws -> Void = { try $0.log(of: "seal").write("sealed\n".utf8) }
    /// Where releases are copied to.
    var places = ReleasePlaces([])
    private let project: TestProject
    private let template: Template
    private let medium: InstallMedium

    init(_ project: TestProject, formats: String = "qcow2, vmdk, vhd, ova, raw") async throws {
        self.project = project
        output = project.root.appending("output")
        try project.write("kldload 1.5.0 x86_64\n", to: "medium/.disk/info")
        try project.write("1.5.0\n", to: "medium/VERSION")
        let iso = project.root.appending("web.iso")
        try await Program.run(
            "xorriso",
            [
                "-as", "mkisofs", "-quiet", "-V", "KLDLOAD", "-R", "-o", iso.string,
                project.root.appending("medium").string,
            ],
            deadline: .seconds(120))
        template = try project.template("formats: [\(formats)]")
        medium = InstallMedium(iso: template.iso, override: nil, state: project.state)
        try project.write("{}\n", to: "sealed/seal-report.json")
        try project.write("<testsuites/>\n", to: "proof/tests.junit.xml")
        disk = project.root.pushing("sealed/disk.qcow2")
        images = project.root
        try await convert(pattern: 7)
    }

    /// Makes the images of a disk with this pattern.
    mutating func convert(pattern: Int) async throws {
        try disk.remove()
        _ = try await project.disk("sealed/disk.qcow2", pattern: pattern)
        let work = try project.work(disk: disk)
        try await ConvertImage(template: template).write(try LayerReader.open(disk), work)
        images = work.folder
    }

    /// Publishes once, in a run of its own, after attesting where there is an inventory or a signer.
    func publish(version: String?) async throws -> FilePath {
        var keys = StageKeys()
        keys.images = StageKey(Digest.of("images"))
        keys.byStage = ["convert-image": StageKey(Digest.of("images"))]
        if hasProof { keys.byStage["prove-seal"] = proofKey }
        let published = Published()
        let work = try project.work(
            disk: disk, images: images, reports: try reports(), keys: keys, published: { published.path = $0 })
        try log(work.run)
        let draft = ReleaseDraft(
            template: template, recipe: ["templates/web.yaml": .of("recipe")], medium: medium, output: output,
            version: version)
        if inventory != nil || signer != nil {
            try await Attest(draft, supplier: "Example Ltd", signer: signer).run(work)
        }
        do {
            try await PublishRelease(draft, places: places, signer: signer).run(work)
        } catch let error as ReleaseCopyError {
            #expect(published.path == error.release)
            throw error
        }
        return try #require(published.path)
    }

    private func reports() throws -> [String: FilePath] {
        var reports: [String: FilePath] = [:]
        if hasProof { reports["prove-seal"] = project.root.appending("proof") }
        if let inventory {
            reports["take-inventory"] = project.root.appending("inventory")
            try project.write(
                String(decoding: try inventory.json(), as: UTF8.self), to: "inventory/inventory.json")
        }
        return reports
    }
}

/// What a stage said it published.
private final class Published: Sendable {
    private let value = Mutex<FilePath?>(nil)

    var path: FilePath? {
        get { value.withLock { $0 } }
        set { value.withLock { $0 = newValue } }
    }
}
