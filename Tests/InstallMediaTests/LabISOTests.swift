import HostSystem
import InstallMedia
import SystemPackage
import Testing

struct LabISOTests {
    @Test func hasAStableKey() {
        #expect(LabISO(.debian13).key() == LabISO(.debian13).key())
    }

    @Test func tellsRootsApartByKeyAndName() {
        let media = LabISO.FileSystem.allCases.map { LabISO(.debian13, root: $0) }
        #expect(Set(media.map { $0.key() }).count == media.count)
        #expect(media.map(\.name) == ["lab-debian13", "lab-debian13-zfs"])
        #expect(LabISO(.debian13).key() == LabISO(.debian13, root: .ext4).key())
    }

    @Test func findsAFinishedMediumByItsKey() throws {
        let lab = LabISO(.debian13)
        let folder = FilePath("/nonexistent")
        #expect(lab.cached(in: folder) == nil)
    }

    @Test func takesAFinishedMediumFromTheCache() async throws {
        try await withFolder { folder in
            let lab = LabISO(.debian13)
            let path = folder.appending("lab-debian13-\(lab.key().short).iso")
            try path.write(Array("finished".utf8))
            #expect(lab.cached(in: folder) == path)
            let built = try await lab.build(in: folder, refresh: false, report: { _ in })
            #expect(built == path)
            #expect(folder.folderEntries == [path.lastComponent?.string])
        }
    }

    @Test func embedsWholeScripts() async throws {
        #expect(LabFiles.all.count == 23)
        #expect(Set(LabFiles.all.map(\.path)).count == LabFiles.all.count)
        for file in LabFiles.all {
            #expect(file.bytes.last == UInt8(ascii: "\n"), "\(file.path)")
            let isScript = file.bytes.starts(with: "#!".utf8)
            #expect(isScript == file.mode.contains(.ownerExecute), "\(file.path)")
        }
    }

    @Test func namesNoHostInItsFiles() {
        let texts = LabFiles.all.map { String(decoding: $0.bytes, as: UTF8.self) } + LabFiles.hooks
        for text in texts {
            #expect(text.firstMatch(of: #/https?:\/\/[a-z]/#) == nil)
        }
    }

    @Test func hasScriptsThatTheShellCanRead() async throws {
        try await LabFixture.with { lab in
            for (index, hook) in LabFiles.hooks.enumerated() {
                try lab.folder.appending("hook-\(index).sh").write(Array("#!/bin/sh\n\(hook)".utf8))
            }
            let list = try await Program.run(
                "grep", ["-rlE", "^#!/bin/(ba)?sh|^# shellcheck shell=bash", "."], in: lab.folder,
                deadline: .seconds(60)
            ).text.split(separator: "\n").map(String.init)
            #expect(list.count == 29)
            for script in list {
                try await Program.run("bash", ["-n", script], in: lab.folder, deadline: .seconds(60))
            }
            guard await Program.path(of: "shellcheck") != nil else { return }
            // 1091: a library that lies elsewhere; 2034: set for another file; 2016: text for the guest's shell.
            try await Program.run(
                "shellcheck", ["-x", "-e", "1091,2016,2034,2046,2174,2209"] + list, in: lab.folder,
                deadline: .seconds(120))
        }
    }

    @Test func putsTheSuiteInPlaceOfTheHosts() {
        let listing = """
            Debian\tmain\thttp://mirror.example/debian/
            Debian\tcontrib\thttp://other.example/debian/
            Debian-Security\tmain\thttp://mirror.example/security/
            Acme\tmain\thttp://acme.example/
            \tmain\thttp://unknown.example/
            """
        let start = "deb [signed-by=/keys.gpg] http://mirror.example"
        #expect(
            LabMirror.sources(from: listing, suite: "trixie", keyring: "/keys.gpg") == [
                "\(start)/debian trixie main", "\(start)/debian trixie-updates main",
                "\(start)/security trixie-security main",
            ])
        #expect(
            LabMirror.sources(from: listing, suite: "trixie", components: "main contrib", keyring: "/keys.gpg").first
                == "\(start)/debian trixie main contrib")
        #expect(LabMirror.sources(from: "Acme\tmain\thttp://acme.example/", suite: "trixie", keyring: "/k").isEmpty)
    }

    @Test func readsTheFirstOfAListOfMirrors() async throws {
        try await withFolder { folder in
            let list = folder.appending("mirrors.list")
            try list.write(Array("http://first.example/debian/\tpriority:1\nhttp://second.example/debian\n".utf8))
            let sources = LabMirror.sources(
                from: "Debian\tmain\tmirror+file:\(list)/", suite: "trixie", keyring: "/k")
            #expect(sources.first == "deb [signed-by=/k] http://first.example/debian trixie main")
        }
    }
}
