import Foundation
import HostSystem
import SystemPackage
import Testing

@testable import DiskImages

struct QCOW2BackingTests {
    @Test(arguments: [
        "../../etc/passwd", "/etc/passwd", "../b/../../etc/passwd", "../nothing", "json:{\"driver\":\"null-co\"}",
        "nbd:localhost:10809", "file:base.qcow2", "http://localhost/base",
    ])
    func refusesNamesThatLeadElsewhere(name: String) async throws {
        try await QCOW2Workshop.open { shop in
            try await makeOverlay("a.qcow2", of: name, in: shop)
            expect(.forbidden, from: "a.qcow2", in: shop)
        }
    }

    @Test func refusesALinkThatLeadsOutOfTheFolder() async throws {
        try await QCOW2Workshop.open { shop in
            try FileManager.default.createSymbolicLink(
                atPath: shop.path("base.qcow2").string, withDestinationPath: "/etc/passwd")
            try await makeOverlay("a.qcow2", of: "base.qcow2", in: shop)
            expect(.forbidden, from: "a.qcow2", in: shop)
        }
    }

    @Test func followsNamesElsewhereOnlyIfAllowed() async throws {
        try await QCOW2Workshop.open { shop in
            try shop.path("below").createFolder()
            try await shop.qemuImg("create", "-f", "qcow2", "base.qcow2", "1M")
            try await shop.qemuIO("base.qcow2", "write -P 7 0 1M")
            try await makeOverlay("below/a.qcow2", of: "../base.qcow2", in: shop)
            expect(.forbidden, from: "below/a.qcow2", in: shop)
            expect(.forbidden, from: "below/a.qcow2", .none, in: shop)
            let reader = try shop.reader("below/a.qcow2", backing: .anywhere)
            #expect(try QCOW2Workshop.bytes(of: reader, at: 1 << 19, 1) == [7])

            try await makeOverlay("b.qcow2", of: "below/../base.qcow2", in: shop)
            #expect(try QCOW2Workshop.bytes(of: shop.reader("b.qcow2"), at: 1 << 19, 1) == [7])
            expect(.forbidden, from: "b.qcow2", .none, in: shop)
        }
    }

    @Test func refusesWhatIsNotThere() async throws {
        try await QCOW2Workshop.open { shop in
            try await makeOverlay("a.qcow2", of: "base.qcow2", in: shop)
            expect(.missing, from: "a.qcow2", in: shop)
            try shop.path("base.qcow2").createFolder()
            expect(.missing, from: "a.qcow2", in: shop)
        }
    }

    @Test func neverWaitsForAPipe() async throws {
        try await QCOW2Workshop.open { shop in
            try await makeOverlay("a.qcow2", of: "base.qcow2", in: shop)
            #expect(mkfifo(shop.path("base.qcow2").string, 0o600) == 0)
            expect(.missing, from: "a.qcow2", in: shop)
        }
    }

    @Test func refusesALoopOfBackingFiles() async throws {
        try await QCOW2Workshop.open { shop in
            try await makeOverlay("self.qcow2", of: "self.qcow2", in: shop)
            expect(.corrupt, from: "self.qcow2", in: shop)
            try await makeOverlay("a.qcow2", of: "b.qcow2", in: shop)
            try await makeOverlay("b.qcow2", of: "a.qcow2", in: shop)
            expect(.corrupt, from: "a.qcow2", at: "b.qcow2", in: shop)
            try await makeOverlay("c.qcow2", of: "d.qcow2", in: shop)
            try FileManager.default.linkItem(
                atPath: shop.path("c.qcow2").string, toPath: shop.path("d.qcow2").string)
            expect(.corrupt, from: "c.qcow2", in: shop)
        }
    }

    @Test func refusesAChainWithoutEnd() async throws {
        try await QCOW2Workshop.open { shop in
            try await makeOverlay("000.qcow2", of: "001.qcow2", in: shop)
            let image = try shop.path("000.qcow2").readBytes()
            let place = Int(image.big(UInt64.self, at: 8))
            for number in 1...QCOW2BackingChain.longest {
                var next = image
                let name = Array("\(String(1001 + number).dropFirst()).qcow2".utf8)
                next.replaceSubrange(place..<place + name.count, with: name)
                try shop.path("\(String(1000 + number).dropFirst()).qcow2").write(next)
            }
            expect(.unsupported, from: "000.qcow2", at: "063.qcow2", in: shop)
        }
    }

    @Test func guessesNoFormatButThatOfAnImageThatStandsAlone() async throws {
        try await QCOW2Workshop.open { shop in
            try await shop.qemuImg("create", "-f", "qcow2", "base.qcow2", "1M")
            try await shop.qemuIO("base.qcow2", "write -P 7 0 1M")
            try await makeOverlay("a.qcow2", of: "base.qcow2", format: nil, in: shop)
            #expect(try QCOW2Workshop.bytes(of: shop.reader("a.qcow2"), at: 5, 1) == [7])

            try await makeOverlay("b.qcow2", of: "a.qcow2", format: nil, in: shop)
            expect(.forbidden, from: "b.qcow2", at: "a.qcow2", in: shop)

            try shop.makeRaw("base.raw", size: 1 << 20, [])
            try await makeOverlay("c.qcow2", of: "base.raw", format: nil, in: shop)
            expect(.unsupported, from: "c.qcow2", in: shop)
        }
    }

    @Test func refusesFormatsThatAreNotRead() async throws {
        try await QCOW2Workshop.open { shop in
            try shop.makeRaw("base", size: 1 << 20, [])
            try await makeOverlay("a.qcow2", of: "base", format: "qed", in: shop)
            expect(.unsupported, from: "a.qcow2", in: shop)
        }
    }

    /// Writes an overlay that names any backing file, which need not be there.
    private func makeOverlay(_ name: String, of backing: String, format: String? = "qcow2", in shop: QCOW2Workshop)
        async throws
    {
        try await shop.qemuImg("create", "-f", "qcow2", name, "1M")
        var image = try shop.path(name).readBytes()
        var header: [UInt8] = []
        if let format {
            header = [UInt8](repeating: 0, count: 8 + format.utf8.count.roundedUp(to: 8))
            header.setBig(QCOW2Header.ExtensionType.backingFormat, at: 0)
            header.setBig(UInt32(format.utf8.count), at: 4)
            header.replaceSubrange(8..<8 + format.utf8.count, with: format.utf8)
        }
        header += [UInt8](repeating: 0, count: 8)
        image.replaceSubrange(112..<112 + header.count, with: header)
        image.replaceSubrange(1024..<1024 + backing.utf8.count, with: backing.utf8)
        image.setBig(UInt64(1024), at: 8)
        image.setBig(UInt32(backing.utf8.count), at: 16)
        try shop.path(name).write(image)
    }

    /// Checks that an image is refused, and that the error names the image and the byte where the backing name stands.
    private func expect(
        _ kind: ImageError.Kind, from name: String, _ policy: BackingPolicy = .folder, at culprit: String? = nil,
        in shop: QCOW2Workshop, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let error = #expect(throws: ImageError.self, sourceLocation: sourceLocation) {
            try shop.reader(name, backing: policy)
        }
        #expect(error?.kind == kind, "\(String(describing: error))", sourceLocation: sourceLocation)
        #expect(error?.offset == 1024, sourceLocation: sourceLocation)
        #expect(
            error?.file.lastComponent == FilePath(culprit ?? name).lastComponent, sourceLocation: sourceLocation)
    }
}
