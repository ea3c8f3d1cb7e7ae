import Attestation
import CrashTestSupport
import RandomTestSupport
import Testing

@testable import Stages

struct DpkgStatusTests {
    private static let status = """
        Package: libc6
        Status: install ok installed
        Architecture: amd64
        Source: glibc
        Version: 2.41-12
        Maintainer: GNU Libc Maintainers <debian-glibc@lists.debian.org>
        Description: GNU C Library: Shared libraries
         Contains the standard libraries:
         .
         Version: of no field
        Homepage:   https://www.gnu.org/software/libc/libc.html\u{20}

        Package: gone
        Status: deinstall ok config-files
        Version: 1

        Package: half
        Status: install reinstreq half-configured
        Source: whole (1:7-1)
        Version: 1:7-1+b2
        Architecture: all

        Version: 3
        """

    @Test func readsInstalledPackagesAlone() {
        let packages = DpkgStatus.packages(of: Array(Self.status.utf8))
        #expect(
            packages == [
                InstalledPackage(
                    kind: .deb, name: "libc6", version: "2.41-12", architecture: "amd64", source: "glibc",
                    maintainer: "GNU Libc Maintainers <debian-glibc@lists.debian.org>",
                    homepage: "https://www.gnu.org/software/libc/libc.html", summary: "GNU C Library: Shared libraries"),
                InstalledPackage(
                    kind: .deb, name: "half", version: "1:7-1+b2", architecture: "all", source: "whole",
                    sourceVersion: "1:7-1"),
            ])
    }

    @Test func neverCrashesOnRandomDamage() {
        var random = SeededRandom(seed: 11)
        for _ in 0..<200 {
            let bytes = damaged(Self.status, using: &random)
            #expect(DpkgStatus.packages(of: bytes).count <= 8)
            _ = CopyrightFiles.licences(of: bytes)
        }
    }

    @Test func readsTheLicencesThatDEP5Names() {
        let text = """
            Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
            Upstream-Name: x

            Files: *
            Copyright: 2020 Somebody
            License: GPL-2+ with OpenSSL exception
             This program is free.

            Files: a b
            License: MIT

            License: MIT
             Permission is granted.
            """
        #expect(CopyrightFiles.licences(of: Array(text.utf8)) == ["GPL-2+ with OpenSSL exception", "MIT"])
        #expect(CopyrightFiles.licences(of: Array("License: GPL in prose\n".utf8)).isEmpty)
    }

    @Test func followsDiversions() {
        let diversions = Diversions("/usr/bin/a\n/usr/bin/a.real\nholder\n/lib/b\n/lib/b.distrib\n:\n/cut")
        #expect(diversions.place(of: "/usr/bin/a", from: "other") == "/usr/bin/a.real")
        #expect(diversions.place(of: "/usr/bin/a", from: "holder") == "/usr/bin/a")
        #expect(diversions.place(of: "/lib/b", from: "holder") == "/lib/b.distrib")
        #expect(diversions.place(of: "/cut", from: "x") == "/cut")
        #expect(Diversions("").place(of: "/x", from: "x") == "/x")
    }
}

/// A text with some bytes that are others, and perhaps without its end.
func damaged(_ text: String, using random: inout SeededRandom) -> [UInt8] {
    var bytes = Array(text.utf8)
    for _ in 0..<Int.random(in: 1...12, using: &random) {
        bytes[Int.random(in: 0..<bytes.count, using: &random)] =
            Bool.random(using: &random)
            ? UInt8.random(in: 0...255, using: &random) : Array("\n :=\"'\\$".utf8).randomElement(using: &random) ?? 0
    }
    return Array(bytes.prefix(Int.random(in: 0...bytes.count * 2, using: &random)))
}
