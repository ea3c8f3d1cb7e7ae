import Foundation
import HostSystem
import SystemPackage
import Testing

@testable import Pipeline

struct TemplateFolderTests {
    /// The templates of this repository.
    private static let own = TemplateFolder(
        root: FilePath(#filePath).removingLastComponent().removingLastComponent().removingLastComponent())
    private static let stages = [
        "check-host", "fetch-iso", "install-system", "provision", "seal", "prove-seal", "reclaim-space", "audit-disk",
        "take-inventory", "convert-image", "verify-images", "boot-images", "attest", "publish-release",
    ]

    @Test func ownTemplatesAreWithoutFault() throws {
        let templates = try Self.own.loadAll()
        #expect(
            templates.map(\.name) == [
                "golden-centos9", "golden-debian13", "golden-fedora44", "golden-rocky9", "golden-ubuntu2404",
                "lab-debian13-zfs", "lab-debian13",
            ])
        for template in templates {
            let pipeline = try Self.own.pipeline(template.pipeline, stages: Self.stages)
            #expect(pipeline.entries.map(\.name) == Self.stages)
            #expect(template.answers["KLDLOAD_ENABLE_SECURE_BOOT"] == "0")
            #expect(template.answers.entries.contains { $0.value == .secret(.generate) })
        }
        _ = try Self.own.pipeline("quick", stages: Self.stages)
    }

    @Test func labTemplateSaysWhatItShows() throws {
        let lab = try Self.own.load("lab-debian13")
        #expect(lab.iso.source == .lab("debian13"))
        #expect(
            lab.machine
                == .init(
                    cpus: 2, memory: .gibibytes(2), disk: .gibibytes(8), diskBus: .virtio, network: .none))
        #expect(lab.answers["KLDLOAD_HOSTNAME"] == "lab")
        #expect(lab.provision.map(\.summary).first?.hasSuffix("templates/lab-debian13/files to /") == true)
        #expect(lab.provision.last?.condition?.holds(for: lab.answers) == true)
        #expect(lab.tests.count == 3)
        #expect(lab.formats.map(\.name) == [.qcow2])
    }

    @Test func isFoundFromAnyFolderBelow() throws {
        let folder = try TestFolder()
        try folder.write("x", to: "templates/a.yaml")
        try folder.write("x", to: "deep/er/file")
        let found = try TemplateFolder.locate(from: folder.path.appending("deep").appending("er"))
        #expect(found.root == folder.path)
        let error = #expect(throws: TemplateFolderError.self) { try TemplateFolder.locate(from: "/proc") }
        #expect(error?.description.hasPrefix("there is no folder 'templates' in /proc or above it") == true)
    }

    @Test func refusesANamedFolderWithoutTemplates() throws {
        let folder = try TestFolder()
        let error = #expect(throws: TemplateFolderError.self) { try TemplateFolder.open(folder.path) }
        #expect(error?.description.hasPrefix("there is no folder 'templates' in \(folder.path); --root") == true)
        try folder.write("x", to: "templates/a.yaml")
        #expect(try TemplateFolder.open(folder.path).root == folder.path)
    }

    @Test(arguments: ["lab-debian12", "lab-debian13.yaml", "templates/lab-debian13.yaml", "./templates/lab-debian13"])
    func suggestsANearTemplate(name: String) {
        let error = #expect(throws: TemplateFolderError.self) { try Self.own.load(name) }
        #expect(error?.description == "there is no template '\(name)'; did you mean 'lab-debian13'?")
    }

    @Test func refusesTwoTemplatesWithOneName() throws {
        let folder = try TestFolder()
        try folder.write(TemplateTests.good, to: "templates/web.yaml")
        try folder.write(TemplateTests.good, to: "templates/copy.yaml")
        try folder.write("stages: [seal]", to: "pipelines/golden.yaml")
        let templates = TemplateFolder(root: folder.path)
        for load in [{ _ = try templates.load("copy") }, { _ = try templates.loadAll() }] {
            let error = #expect(throws: YAMLError.self) { try load() }
            let found = error?.problems.map(\.description) ?? []
            #expect(
                found.contains(
                    "templates/copy.yaml:1:8: the image 'web' is also made by templates/web.yaml:1:8; "
                        + "give each template a name of its own"))
            #expect(
                found.contains(
                    "templates/copy.yaml:1:8: the image is called 'web', but its file 'copy.yaml'; call both the same"))
        }
    }

    @Test func refusesTwoTemplatesWithOneSeries() throws {
        let folder = try TestFolder()
        try folder.write(TemplateTests.good, to: "templates/web.yaml")
        try folder.write(
            TemplateTests.good.replacingOccurrences(of: "image: web", with: "image: db") + "series: web\n",
            to: "templates/db.yaml")
        try folder.write("stages: [seal]", to: "pipelines/golden.yaml")
        let error = #expect(throws: YAMLError.self) { try TemplateFolder(root: folder.path).load("db") }
        #expect(
            error?.problems.map(\.description) == [
                "templates/db.yaml:7:9: the series 'web' also belongs to templates/web.yaml:1:8; "
                    + "give each template a series of its own"
            ])
    }

    @Test func loadsATemplateBesideABrokenOne() throws {
        let folder = try TestFolder()
        try folder.write(TemplateTests.good, to: "templates/web.yaml")
        try folder.write("image: [", to: "templates/broken.yaml")
        try folder.write("stages: [seal]", to: "pipelines/golden.yaml")
        let templates = TemplateFolder(root: folder.path)
        #expect(try templates.load("web").name == "web")
        #expect(throws: YAMLError.self) { try templates.loadAll() }
    }

    @Test func namesTheSharedFileWhereAFaultIs() throws {
        let folder = try TestFolder()
        try folder.write(TemplateTests.good + "shared: [base, bas]\n", to: "templates/web.yaml")
        try folder.write(
            "summary: x\nseries: y\nmachine: { cpus: none }\nanswers: { KLDLOAD_PROFILE: serve }\n",
            to: "templates/_shared/base.yaml")
        try folder.write("stages: [seal]", to: "pipelines/golden.yaml")
        let error = #expect(throws: YAMLError.self) { try TemplateFolder(root: folder.path).load("web") }
        #expect(
            error?.problems.map(\.description) == [
                "templates/_shared/base.yaml:2:9: 'series' belongs to a template, not to a shared file; remove it",
                "templates/_shared/base.yaml:3:18: 'cpus' is 'none', but must be a whole number from 1 to 256",
                "templates/_shared/base.yaml:4:29: 'serve' is no answer to KLDLOAD_PROFILE; did you mean 'server'?",
                "templates/web.yaml:7:16: there is no shared file 'bas' in templates/_shared; did you mean 'base'?",
            ])
    }

    @Test(arguments: [
        ("stages: [seal, sael]", "pipelines/p.yaml:1:16: 'sael' is not a stage; did you mean 'seal'?"),
        ("stages: [seal, seal]", "pipelines/p.yaml:1:16: the stage 'seal' is there twice; leave one of them"),
        ("stages: []", "pipelines/p.yaml:1:1: the pipeline has no stage"),
        ("stage: [seal]", "pipelines/p.yaml:1:1: 'stage' is not a key of a pipeline; did you mean 'stages'?"),
        (
            "stages: [{ seal: 1, run: 2 }]",
            "pipelines/p.yaml:1:10: a stage is a name, or a name with its options; "
                + "write '- convert-image' or '- convert-image: { option: value }'"
        ),
    ])
    func refusesBrokenPipelines(text: String, expected: String) throws {
        let folder = try TestFolder()
        try folder.write(text, to: "pipelines/p.yaml")
        let error = #expect(throws: YAMLError.self) {
            try TemplateFolder(root: folder.path).pipeline("p", stages: ["seal", "run"])
        }
        #expect(error?.problems.map(\.description) == [expected])
    }

    @Test func handsOverTheOptionsOfAStage() throws {
        let folder = try TestFolder()
        try folder.write("stages:\n  - seal: { deep: true }\n  - run\n", to: "pipelines/p.yaml")
        let pipeline = try TemplateFolder(root: folder.path).pipeline("p", stages: ["seal", "run"])
        #expect(pipeline.entries.map(\.name) == ["seal", "run"])
        let options = try #require(pipeline.entries[0].options)
        let reader = YAMLReader()
        #expect(reader.mapping(options, named: "seal") { $0.boolean("deep") } == true)
        #expect(pipeline.entries[1].options == nil)
    }
}
