import Attestation
import AttestationTestSupport
import Foundation
import HostSystem
import SystemPackage

extension Tampering {
    /// Every file of the release that has a checksum.
    private static let listed =
        ReleaseFixture.images + ReleaseFixture.envelopes + ReleaseFixture.reports.values.sorted() + [
            "manifest.json", "sbom.spdx.json", "sbom.cdx.json", "inventory.json", "changes.json", "changes.txt",
        ]

    /// Another content than the signed one.
    static let content: [Tampering] =
        listed.map { name in
            Tampering("a flipped bit in \(name)", .digest, name) { try $0.edit(name) { $0[$0.count / 2] ^= 1 } }
        } + [
            Tampering("a flipped bit in SHA256SUMS", .signature, "SHA256SUMS.sig") {
                try $0.edit("SHA256SUMS") { $0[3] ^= 1 }
            },
            Tampering("a flipped bit in the signature", .signature, "SHA256SUMS.sig") {
                try $0.edit("SHA256SUMS.sig") { $0[$0.count / 2] ^= 1 }
            },
            Tampering("two reports swapped", .digest, "seal-report.json") {
                try $0.swap("seal-report.json", "verify-report.json")
            },
            Tampering("two statements swapped", .digest, "tests.dsse.json") {
                try $0.swap("tests.dsse.json", "seal-report.dsse.json")
            },
            Tampering("two images swapped", .imageSize, "web-v1.2.0.qcow2") {
                try $0.swap("web-v1.2.0.qcow2", "web-v1.2.0.vmdk")
            },
            Tampering("an image of another release", .digest, "web-v1.2.0.raw") {
                let other = try $0.other()
                try $0.write("web-v1.2.0.raw", try other.bytes("web-v1.2.0.raw"))
            },
            Tampering("a longer image", .imageSize, "web-v1.2.0.raw") {
                try $0.edit("web-v1.2.0.raw") { $0.append(0) }
            },
            Tampering("an empty image", .imageSize, "web-v1.2.0.raw") { try $0.write("web-v1.2.0.raw", []) },
            Tampering("an empty report", .digest, "seal-report.json") { try $0.write("seal-report.json", []) },
            Tampering("a statement cut short", .digest, "tests.dsse.json") {
                try $0.edit("tests.dsse.json") { $0.removeLast(40) }
            },
            Tampering("an image of 1 TiB without content", .imageSize, "web-v1.2.0.raw") {
                try $0.extend("web-v1.2.0.raw")
            },
            Tampering("an SBOM of 1 TiB without content", .tooLarge, "sbom.cdx.json") {
                try $0.extend("sbom.cdx.json")
            },
            Tampering("a statement of 1 TiB without content", .tooLarge, "tests.dsse.json") {
                try $0.extend("tests.dsse.json")
            },
            Tampering("a manifest of 1 TiB without content", .tooLarge, "manifest.json") {
                try $0.extend("manifest.json")
            },
            Tampering("checksums of 1 TiB without content", .tooLarge, "SHA256SUMS") { try $0.extend("SHA256SUMS") },
            Tampering("a signature of 1 TiB without content", .tooLarge, "SHA256SUMS.sig") {
                try $0.extend("SHA256SUMS.sig")
            },
        ]

    /// Something else than files, or other files.
    static let folder: [Tampering] =
        ["manifest.json", "web-v1.2.0.qcow2", "tests.dsse.json", "SHA256SUMS", "SHA256SUMS.sig"].flatMap { name in
            [
                Tampering("a link within the release for \(name)", .link, name) {
                    try $0.folder.appending(name).rename(to: $0.folder.appending("aside"))
                    try $0.link("aside", as: name)
                },
                Tampering("a link out of the release for \(name)", .link, name) {
                    let outside = $0.root.appending("outside")
                    try $0.folder.appending(name).rename(to: outside)
                    try $0.link(outside.string, as: name)
                },
                Tampering("a pipe for \(name)", .special, name) { try $0.replace(name, by: S_IFIFO) },
                Tampering("a folder for \(name)", .folder, name) {
                    try $0.folder.appending(name).remove()
                    try $0.folder.appending(name).createFolder()
                },
                Tampering("nothing for \(name)", .missing, name) { try $0.folder.appending(name).remove() },
            ]
        } + [
            Tampering("a socket for a report", .special, "seal-report.json") {
                try $0.replace("seal-report.json", by: S_IFSOCK)
            },
            Tampering("a link to nothing", .link, "tests.junit.xml") {
                try $0.folder.appending("tests.junit.xml").remove()
                try $0.link("nothing", as: "tests.junit.xml")
            },
            Tampering("a link to itself", .link, "tests.junit.xml") {
                try $0.folder.appending("tests.junit.xml").remove()
                try $0.link("tests.junit.xml", as: "tests.junit.xml")
            },
            Tampering("a link to a device", .link, "tests.junit.xml") {
                try $0.folder.appending("tests.junit.xml").remove()
                try $0.link("/dev/zero", as: "tests.junit.xml")
            },
            Tampering("a link for the logs", .link, "logs") {
                try $0.folder.appending("logs").remove()
                try $0.link("/var/log", as: "logs")
            },
            Tampering("a file for the logs", .unlisted, "logs") {
                try $0.folder.appending("logs").remove()
                try $0.write("logs", [])
            },
            Tampering("a removed report", .missing, "seal-report.json") {
                try $0.folder.appending("seal-report.json").remove()
            },
            Tampering("an image more", .unlisted, "web-v1.2.0.vhd") { try $0.write("web-v1.2.0.vhd", [1]) },
            Tampering("a file more", .unlisted, "README") { try $0.write("README", [1]) },
            Tampering("a hidden file more", .unlisted, ".profile") { try $0.write(".profile", [1]) },
            Tampering("a folder more", .folder, "extra") { try $0.folder.appending("extra").createFolder() },
            Tampering("a name with a line's end", .name, "a\nb") { try $0.write("a\nb", [1]) },
            Tampering("a name with a letter that looks like another", .name, "tests.\u{445}ml") {
                try $0.write("tests.\u{445}ml", [1])
            },
            Tampering("a name with a backslash", .name, "a\\b") { try $0.write("a\\b", [1]) },
        ]

    /// Good content under another name.
    static let names: [Tampering] = [
        Tampering("the folder of another version", .folderName, "manifest.json") {
            try $0.move(to: "output/web/v1.3.0")
        },
        Tampering("the folder of another template", .folderName, "manifest.json") {
            try $0.move(to: "output/database/v1.2.0")
        },
        Tampering("a folder without a version", .folderName, "manifest.json") { try $0.move(to: "output/web-latest") },
        Tampering("an image under another name", .missing, "web-v1.2.0.qcow2") {
            try $0.folder.appending("web-v1.2.0.qcow2").rename(to: $0.folder.appending("web-v1.2.1.qcow2"))
        },
        Tampering("a report under another name", .unlisted, "seal-report.JSON") {
            try $0.folder.appending("seal-report.json").rename(to: $0.folder.appending("seal-report.JSON"))
        },
        Tampering("a file that is asked for as an image", .noImage, "manifest.json") {
            $0.subject = $0.folder.appending("manifest.json")
        },
    ]
}

extension ReleaseFixture {
    /// The same release built anew, with other content, by the same key.
    fileprivate func other() throws -> ReleaseFixture {
        try ReleaseFixture(in: root.appending("other"), key: key, seed: 9)
    }

    fileprivate func swap(_ one: String, _ other: String) throws {
        let (first, second) = (try bytes(one), try bytes(other))
        try write(one, second)
        try write(other, first)
    }

    fileprivate func link(_ target: String, as name: String) throws {
        try FileManager.default.createSymbolicLink(
            atPath: folder.appending(name).string, withDestinationPath: target)
    }

    fileprivate func replace(_ name: String, by kind: mode_t) throws {
        let path = folder.appending(name)
        try path.remove()
        guard mknod(path.string, kind | 0o644, 0) == 0 else { throw Errno(rawValue: errno) }
    }

    /// Makes a file 1 TiB long, which takes no room.
    fileprivate func extend(_ name: String) throws {
        guard truncate(folder.appending(name).string, 1 << 40) == 0 else { throw Errno(rawValue: errno) }
    }

    fileprivate mutating func move(to place: String) throws {
        let target = root.pushing(FilePath(place))
        try target.removingLastComponent().createFolder()
        try folder.rename(to: target)
        folder = target
        subject = target
    }
}
