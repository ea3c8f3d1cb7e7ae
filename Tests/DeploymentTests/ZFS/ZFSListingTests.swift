import DiskImages
import HostSystem
import RandomTestSupport
import Testing

@testable import Deployment

struct ZFSListingTests {
    private let image = Samples.image()

    private func lines(
        of image: DeployedImage, _ changes: [String: String] = [:], source: String = "local"
    ) -> String {
        let name = "rpool/images/web-image@\(image.version)"
        let native = [
            "type": "snapshot", "guid": "123456789", "createtxg": "77", "used": "4096", "volsize": "8589934592",
            "origin": "-", "clones": "rpool/images/web-2-aabbccdd,rpool/images/web-1-00112233", "userrefs": "0",
        ]
        let own = [
            "template": image.template, "version": image.version, "digest": image.sha256.hex,
            "release": image.release.hex, "format": "qcow2", "raw": Digest.of("raw").hex, "size": "8589934592",
        ]
        return native.map { "\(name)\t\($0)\t\(changes[$0] ?? $1)\t-\n" }.joined()
            + own.map { "\(name)\timagefactory:\($0)\t\(changes[$0] ?? $1)\t\(source)\n" }.joined()
    }

    private var store: ZFSStore {
        get throws { ZFSStore(try #require(ZFSPlace("zfs:rpool/images"))) }
    }

    @Test func showsImagesWithWhatStandsOnThem() throws {
        let images = try store.images(in: ZFSListing(lines(of: image)))
        let stored = try #require(images.first)
        #expect(images.count == 1 && stored.version == "v1.2.0" && stored.digest == image.sha256)
        #expect(stored.clones == ["rpool/images/web-1-00112233", "rpool/images/web-2-aabbccdd"])
        #expect(try store.existing(image, in: ZFSListing(lines(of: image))) == stored)
        #expect(try store.existing(image, in: ZFSListing("")) == nil)
    }

    @Test(arguments: ["template", "version", "digest", "release", "raw", "size", "type", "guid"])
    func countsNoSnapshotThatLacksSomething(property: String) throws {
        let bad = ["template": "other", "version": "v9.9.9", "size": "x", "type": "filesystem", "guid": "-"]
        let text = lines(of: image, [property: bad[property] ?? "0123"])
        #expect(try store.images(in: ZFSListing(text)).isEmpty)
        #expect(throws: ZFSError.self) { try store.existing(image, in: ZFSListing(text)) }
    }

    @Test func takesNoWordOfWhatIsInherited() throws {
        let text = lines(of: image, source: "inherited from rpool")
        #expect(try store.images(in: ZFSListing(text)).isEmpty)
        #expect(try store.images(in: ZFSListing(lines(of: image, source: "received"))).count == 1)
    }

    @Test func refusesAVersionThatIsAnotherImage() throws {
        #expect(throws: ZFSError.self) {
            try store.existing(Samples.image(seed: "again"), in: ZFSListing(lines(of: image)))
        }
    }

    @Test func outlivesWhateverIsPrinted() throws {
        var random = SeededRandom(seed: 4)
        let good = Array(lines(of: image).utf8)
        for _ in 0..<3000 {
            var bytes = good
            for _ in 0..<Int.random(in: 1...20, using: &random) {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                bytes[place] = [9, 10, 0, 64, 35, 47, 255, 44, 45, 48].randomElement(using: &random) ?? 0
            }
            let listing = ZFSListing(String(decoding: bytes, as: UTF8.self))
            for entry in listing.entries {
                let parts = entry.name.split { $0 == "@" || $0 == "#" }
                #expect(parts.count <= 2 && parts.first.flatMap { DatasetName($0) } != nil)
            }
            for found in try store.images(in: listing) {
                #expect(found.snapshot.hasPrefix("rpool/images/web-image@"))
            }
        }
    }

    @Test func readsWhatATransferWillTake() {
        let whole = TransferEstimate("full\trpool/images/web-image@v1.0.0\t123\nsize\t456\n")
        #expect(whole.snapshot == "rpool/images/web-image@v1.0.0" && whole.size == 456)
        let part = TransferEstimate("incremental\tv1.0.0\trpool/images/web-image@v1.1.0\t12\nsize\t34\n")
        #expect(part.snapshot == "rpool/images/web-image@v1.1.0" && part.size == 34)
        let later = TransferEstimate("incremental\trpool/images/a@v1\trpool/images/a@v2\t70992\nsize\t70992\n")
        #expect(later.snapshot == "rpool/images/a@v2" && later.size == 70992)
        let rest = TransferEstimate(
            "resume token contents:\nnvlist version: 0\n\ttoname = tank/a@v1\nfull\ttank/a@v1\t55\nsize\t55\n")
        #expect(rest.snapshot == "tank/a@v1" && rest.size == 55)
        #expect(TransferEstimate("nonsense\nsize\tmuch\n") == TransferEstimate(""))
    }

    @Test(
        arguments: [
            ("exited(255)", "Permission denied", "cannot be reached by ssh"),
            ("exited(127)", "sh: zfs: not found", "has no ZFS"),
            ("exited(1)", "cannot open 'tank/x': dataset does not exist", "has no dataset tank/x"),
            ("exited(1)", "cannot destroy 'tank/x': dataset is busy", "is in use"),
            ("exited(1)", "cannot create 'tank/x': out of space", "failed on"),
        ])
    func saysWhatAFailureMeans(status: String, message: String, meaning: String) {
        let shell = HostShell(SSHAddress("root@kvm1"))
        let error = ZFSError(failed: ["zfs", "destroy", "tank/x"], on: shell, status: status, message: message)
        #expect(error.description.contains(meaning))
        #expect(error.description.contains("root@kvm1"))
    }
}
