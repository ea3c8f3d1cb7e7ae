import Attestation
import AttestationTestSupport
import DiskImages
import HostSystem

extension Tampering {
    /// A manifest that its signer wrote wrong, or that is about something else.
    static let manifest: [Tampering] =
        texts.map { name, kind, change in
            Tampering(name, kind, "manifest.json") {
                try $0.editText("manifest.json", change)
                try $0.seal()
            }
        }
        + images.map { name, kind, file, change in
            Tampering(name, kind, file) {
                try $0.writeManifest(change)
                try $0.writeStatements()
                try $0.seal()
            }
        } + [
            Tampering("a manifest of another version", .imageName, "manifest.json") {
                try $0.writeManifest(version: "v1.3.0")
                try $0.seal()
            },
            Tampering("a manifest of another SBOM", .sbomDigest, "sbom.spdx.json") {
                try $0.edit("sbom.spdx.json") { $0.append(UInt8(ascii: " ")) }
                try $0.writeStatements()
                try $0.seal()
            },
            Tampering("a manifest that is no UTF-8", .manifestForm, "manifest.json") {
                try $0.edit("manifest.json") { $0[20] = 0xFF }
                try $0.seal()
            },
            Tampering("an image that the manifest does not name", .unknownImage, "web-v1.2.0.vhd") {
                try $0.write("web-v1.2.0.vhd", [1])
                try $0.seal()
            },
            Tampering("an image in capitals that the manifest does not name", .unknownImage, "other.QCOW2") {
                try $0.write("other.QCOW2", [1])
                try $0.seal()
            },
        ]

    private static let texts: [(String, Finding.Kind, @Sendable (String) -> String)] = [
        ("an empty manifest", .manifestForm, { _ in "" }),
        ("a manifest of NUL bytes", .manifestForm, { _ in "\0\0\0\0" }),
        ("a manifest that is a list", .manifestForm, { _ in "[]\n" }),
        ("a manifest that is no JSON", .manifestForm, { String($0.dropLast(3)) }),
        ("a manifest with something behind it", .manifestForm, { $0 + "{}" }),
        ("a manifest with a mark at its beginning", .manifestForm, { "\u{FEFF}" + $0 }),
        ("a manifest with spaces", .manifestForm, { $0 + " " }),
        ("a manifest with a key twice", .manifestForm, { "{\"version\" : \"v9.9.9\"," + $0.dropFirst() }),
        (
            "a manifest with an escaped key twice", .manifestForm,
            { "{\"versio\\u006e\" : \"v9.9.9\"," + $0.dropFirst() }
        ),
        ("a manifest with an unknown key", .manifestForm, { "{\"more\" : 1," + $0.dropFirst() }),
        ("a manifest of another schema", .manifestForm, { $0.replacing("\"schema\" : 1", with: "\"schema\" : 2") }),
        ("a manifest with a huge number", .manifestForm, { $0.replacing(": 1048576", with: ": 1e999") }),
        (
            "a manifest with a number that does not fit", .manifestForm,
            { $0.replacing(": 1048576", with: ": 99999999999999999999") }
        ),
        ("a manifest with a fraction", .manifestForm, { $0.replacing(": 1048576", with: ": 1048576.5") }),
        ("a manifest with a negative size", .manifestForm, { $0.replacing(": 1048576", with: ": -1048576") }),
        (
            "a manifest that is nested too deeply", .manifestForm,
            { _ in String(repeating: "[", count: 100_000) + String(repeating: "]", count: 100_000) }
        ),
        ("a manifest with a path as its template", .releaseName, { $0.replacing("\"web\"", with: "\"../web\"") }),
        ("a manifest with an empty template", .releaseName, { $0.replacing("\"web\"", with: "\"\"") }),
        ("a manifest with no version", .releaseName, { $0.replacing("\"v1.2.0\"", with: "\"latest\"") }),
        (
            "a manifest with a channel in its version", .releaseName,
            { $0.replacing("\"v1.2.0\"", with: "\"v1.2.0-prod\"") }
        ),
        (
            "a manifest with a name of an image in escapes", .manifestForm,
            { $0.replacing("\"web-v", with: "\"\\u0077eb-v") }
        ),
        ("a manifest with a path as an image", .imageName, { $0.replacing("\"web-v", with: "\"../web-v") }),
        ("a manifest with an absolute path as an image", .imageName, { $0.replacing("\"web-v", with: "\"/web-v") }),
        ("a manifest with an image of another name", .imageName, { $0.replacing("\"web-v", with: "\"database-v") }),
        ("a manifest with a NUL in an image's name", .imageName, { $0.replacing(".raw\"", with: ".raw\\u0000\"") }),
    ]

    private static let images: [(String, Finding.Kind, String, @Sendable (inout [ImageFile]) -> Void)] = [
        ("a manifest without images", .manifestForm, "manifest.json", { $0 = [] }),
        (
            "a manifest with more images than formats", .manifestForm, "manifest.json",
            { $0 += Array(repeating: $0[0], count: 10_000) }
        ),
        ("a manifest that leaves an image out", .unknownImage, "web-v1.2.0.raw", { $0.removeLast() }),
        ("a manifest with an image twice", .imageName, "manifest.json", { $0.append($0[0]) }),
        (
            "a manifest with an image that is not there", .imageDigest, "web-v1.2.0.ova",
            { $0.append($0[0].altered(format: .ova)) }
        ),
        ("a manifest with another size", .imageSize, "web-v1.2.0.qcow2", { $0[0] = $0[0].altered(size: 7) }),
        ("a manifest with an image of no size", .manifestForm, "manifest.json", { $0[0] = $0[0].altered(size: 0) }),
        (
            "a manifest with another digest", .imageDigest, "web-v1.2.0.qcow2",
            { $0[0] = $0[0].altered(sha256: Digest.of("another")) }
        ),
    ]
}

extension ImageFile {
    /// The image with other properties, named after its format.
    fileprivate func altered(format: ImageFormat? = nil, size: Int64? = nil, sha256: Digest? = nil) -> ImageFile {
        let format = format ?? self.format
        return ImageFile(
            format: format, file: "web-v1.2.0.\(format.rawValue)", size: size ?? self.size,
            sha256: sha256 ?? self.sha256, virtualSize: virtualSize)
    }
}
