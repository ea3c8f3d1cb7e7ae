import Attestation
import DiskImages
import Foundation
import HostSystem
import Testing

struct ReleaseManifestTests {
    static let manifest = ReleaseManifest(
        template: "web", summary: "A web/mail server", version: "v1.2.0",
        images: [
            ImageFile(
                format: .qcow2, file: "web-v1.2.0.qcow2", size: 123, sha256: Digest.of("image"),
                virtualSize: 42_949_672_960)
        ],
        sboms: ["sbom.spdx.json": Digest.of("sbom")],
        keys: ["seal": Digest.of("seal").hex, "install-system": Digest.of("install").hex],
        medium: MediumIdentity(sha256: Digest.of("iso"), name: "kldload 1.5.0 x86_64", version: "1.5.0"),
        tools: ["qemu-img": "qemu-img version 7.2.19"])

    /// The release's digest is that of these bytes: they must not change from one version of the factory to the next.
    @Test func hasTheseBytes() throws {
        let expected = """
            {
              "images" : [
                {
                  "file" : "web-v1.2.0.qcow2",
                  "format" : "qcow2",
                  "sha256" : "6105d6cc76af400325e94d588ce511be5bfdbb73b437dc51eca43917d7a43e3d",
                  "size" : 123,
                  "virtualSize" : 42949672960
                }
              ],
              "keys" : {
                "install-system" : "1e142e6277b12b7e1110478a24caee8f006a9349e86970c890203d6266209463",
                "seal" : "f0f668bf610e5cf9f11d2aa50f924ada10797100e8f05de085842ddb6370a867"
              },
              "medium" : {
                "name" : "kldload 1.5.0 x86_64",
                "sha256" : "e0e4548df88a35d5854d052281c5deedad16f286f82cb2c23f2f9dea494834ac",
                "version" : "1.5.0"
              },
              "sboms" : {
                "sbom.spdx.json" : "98f3ae1ef67113d8140d4f6cb8d2830070e21ea48f091be519659846c771a374"
              },
              "schema" : 1,
              "summary" : "A web/mail server",
              "template" : "web",
              "tools" : {
                "qemu-img" : "qemu-img version 7.2.19"
              },
              "version" : "v1.2.0"
            }

            """
        #expect(String(decoding: try Self.manifest.bytes(), as: UTF8.self) == expected)
    }

    @Test func isReadAsItWasWritten() throws {
        let read = try JSONDecoder().decode(ReleaseManifest.self, from: Data(Self.manifest.bytes()))
        #expect(read == Self.manifest)
    }

    @Test func namesNoTimePathOrHost() throws {
        let text = String(decoding: try Self.manifest.bytes(), as: UTF8.self)
        #expect(text.firstMatch(of: /"[^"]*(time|date|path|host|user|run|created)[^"]*" :/) == nil)
        #expect(text.firstMatch(of: /: "\//) == nil)
    }
}
