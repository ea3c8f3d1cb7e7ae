import Attestation
import HostSystem
import Machines
import Pipeline
import SystemPackage
import Testing

@testable import imagefactory

struct ConfigurationTests {
    @Test func readsTheFileBesideTheTemplates() throws {
        try withProject { root in
            let configuration = try Configuration(root: root, environment: [:])
            #expect(configuration.accelerator == .tcg)
            #expect(configuration.connect == "qemu:///session")
            #expect(configuration.output == root.appending("made"))
            #expect(configuration.onFailure == .keep)
        }
    }

    @Test func putsAVariableBeforeTheFile() throws {
        try withProject { root in
            let configuration = try Configuration(
                root: root,
                environment: [
                    "IMAGEFACTORY_ACCELERATOR": "kvm", "IMAGEFACTORY_CONNECT": "qemu:///system",
                    "IMAGEFACTORY_OUTPUT": "/releases", "IMAGEFACTORY_ON_FAILURE": "clean",
                ])
            #expect(configuration.accelerator == .kvm)
            #expect(configuration.connect == "qemu:///system")
            #expect(configuration.output == "/releases")
            #expect(configuration.onFailure == .clean)
        }
    }

    @Test func takesAnEmptyVariableForNone() throws {
        try withProject { root in
            let configuration = try Configuration(
                root: root,
                environment: [
                    "IMAGEFACTORY_ACCELERATOR": "", "IMAGEFACTORY_CONNECT": "", "IMAGEFACTORY_OUTPUT": "",
                    "IMAGEFACTORY_ON_FAILURE": "",
                ])
            #expect(configuration.accelerator == .tcg)
            #expect(configuration.connect == "qemu:///session")
            #expect(configuration.output == root.appending("made"))
            #expect(configuration.onFailure == .keep)
        }
    }

    @Test(arguments: [
        ("/a:/b", ["/a", "/b"]), ("https://h.org/x", ["https://h.org/x"]),
        ("/a:https://h.org:8443/x:/b", ["/a", "https://h.org:8443/x", "/b"]), ("http://h:/a", ["http://h", "/a"]),
        ("http://[::1]:80:http://h:81/y:", ["http://[::1]:80", "http://h:81/y"]),
    ])
    func partsPlacesByColons(text: String, places: [String]) throws {
        let configuration = try Configuration(root: "/nonexistent", environment: ["IMAGEFACTORY_RELEASES": text])
        #expect(configuration.releases.map(\.description) == places)
    }

    @Test func refusesAPlaceThatIsNone() throws {
        #expect(throws: UsageError.self) {
            try Configuration(root: "/nonexistent", environment: ["IMAGEFACTORY_RELEASES": "ftp://h/x"])
        }
        try withProject { root in
            try root.appending("imagefactory.yaml").write("releases:\n  - shared\n  - https://me:pw@h.org/x\n".utf8)
            let error = #expect(throws: YAMLError.self) { try Configuration(root: root, environment: [:]) }
            #expect(error?.description.contains("imagefactory.yaml:3") == true)
            #expect(error?.description.contains("pw") == false)
            try root.appending("imagefactory.yaml").write("releases: [shared, https://h.org/x]\n".utf8)
            let places = try Configuration(root: root, environment: [:]).releases
            #expect(places == [.folder(root.appending("shared")), .web(try WebFolder("https://h.org/x"))])
        }
    }

    @Test(arguments: ["IMAGEFACTORY_ACCELERATOR", "IMAGEFACTORY_ON_FAILURE"])
    func refusesAVariableWithAnotherWord(name: String) throws {
        try withProject { root in
            let error = #expect(throws: UsageError.self) {
                try Configuration(root: root, environment: [name: "perhaps"])
            }
            #expect(error?.description.hasPrefix("\(name) is 'perhaps'; it can be one of ") == true)
        }
    }

    @Test func knowsWhatToDoWithoutAnyOfThem() throws {
        let configuration = try Configuration(root: "/nonexistent", environment: [:])
        #expect(configuration.accelerator == .auto)
        #expect(configuration.connect == nil)
        #expect(configuration.output == "/nonexistent/output")
        #expect(configuration.onFailure == .clean)
    }

    private func withProject(_ body: (FilePath) throws -> Void) throws {
        let root = FilePath("/tmp/if-configuration-\(String.randomHex(digits: 12))")
        try root.createFolder()
        defer { try? root.remove() }
        try root.appending(Configuration.fileName.string).write(
            """
            accelerator: tcg
            connect: qemu:///session
            output: made
            on-failure: keep

            """.utf8)
        try body(root)
    }
}
