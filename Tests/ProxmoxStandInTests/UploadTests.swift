import HostSystem
import ProxmoxStandIn
import SystemPackage
import Testing

@Suite(.timeLimit(.minutes(5))) struct UploadTests {
    private static let upload = "/nodes/pve1/storage/local/upload"

    @Test func takesAnImageAndKnowsItsDigest() async throws {
        try await Curl.with { curl, server in
            let reply = try await curl.upload(Upload.body())
            #expect(reply.status == 200)
            #expect(
                reply.task.wholeMatch(of: /UPID:pve1:[0-9A-F]{8}:[0-9A-F]{8}:[0-9A-F]{8}:imgcopy::factory@pve!deploy:/)
                    != nil)
            #expect(try await curl.wait(for: reply.task) == "OK")
            let volume = try #require(await server.volumes().first)
            #expect(volume.id == "local:import/disk.qcow2")
            #expect(volume.digest == Digest.of(Upload.image).hex)
            #expect(volume.size == 3 << 30)
            #expect(volume.used == Upload.image.count)
            #expect(server.violations.isEmpty)
        }
    }

    @Test(arguments: [0, 1, 1000, 1 << 20, 5_000_017])
    func countsEveryByte(size: Int) async throws {
        var model = ClusterModel.usual()
        model.looksIntoImports = false
        try await Curl.with(model) { curl, server in
            let data = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }
            let reply = try await curl.upload(Upload.body(data, name: "disk.raw"))
            #expect(try await curl.wait(for: reply.task) == "OK")
            #expect(await server.volumes().map(\.used) == [size])
        }
    }

    static let orders: [(String, String)] = [
        (Upload.field("content", "import") + Upload.file(), ""),
        (
            Upload.field("content", "import") + Upload.field("checksum", "0")
                + Upload.field("checksum-algorithm", "sha256")
                + Upload.file(), "wrong Content-Disposition"
        ),
        (
            Upload.field("checksum-algorithm", "sha256") + Upload.field("content", "import") + Upload.file(),
            "wrong Content-Disposition"
        ),
        (Upload.file() + "x\r\n" + Upload.field("content", "import"), "the file came before 'content'"),
        (Upload.field("content", "import") + Upload.field("notes", "x") + Upload.file(), "wrong field name 'notes'"),
        (
            Upload.field("content", "import") + Upload.file().replacing("name=\"filename\"", with: "name=\"file\""),
            "wrong field name 'file'"
        ),
        (
            Upload.field("content", "import") + Upload.file().replacing("Content-Disp", with: "content-disp"),
            "wrong Content-Disposition"
        ),
        (
            Upload.field("content", "import") + Upload.file().replacing("; filename=", with: "; filename*="),
            "wrong Content-Disposition"
        ),
    ]

    @Test(arguments: orders) func takesFieldsInOneOrderOnly(fields: String, complaint: String) async throws {
        try await Curl.with { curl, server in
            let reply = try await curl.upload(Upload.body(fields))
            #expect((reply.status == 200) == complaint.isEmpty)
            #expect(server.violations.map(\.kind) == (complaint.isEmpty ? [] : [.protocolRule]))
            #expect(complaint.isEmpty || server.violations[0].message.contains(complaint))
        }
    }

    @Test func refusesAChunkedBody() async throws {
        try await Curl.with { curl, server in
            let reply = try await curl.upload(Upload.body(), headers: ["Transfer-Encoding: chunked"])
            #expect(reply.status == 501)
            #expect(server.violations.map(\.kind) == [.protocolRule])
        }
    }

    @Test func refusesALargeBodyThatIsNoUpload() async throws {
        try await Curl.with { curl, _ in
            let reply = try await curl(
                "POST", "/nodes/pve1/qemu",
                options: ["--data", "description=" + String(repeating: "x", count: 100)]
                    + (0..<10).flatMap { _ in ["--data", "tags=" + String(repeating: "x", count: 60_000)] })
            #expect(reply.status == 501)
            #expect(reply.body.isEmpty)
        }
    }

    @Test func failsTheTaskWhenTheChecksumIsAnother() async throws {
        try await Curl.with { curl, server in
            var body = Upload.body()
            body[body.count - 30] ^= 1
            let reply = try await curl.upload(body)
            #expect(try await curl.wait(for: reply.task).hasPrefix("checksum mismatch: got '"))
            #expect(await server.volumes().isEmpty)
            #expect(server.violations.isEmpty)
        }
    }

    @Test func refusesAnImageThatLeansOnAnother() async throws {
        try await Curl.with { (curl, _) async throws in
            var image = Upload.image
            image[15] = 72
            #expect(
                try await curl.wait(for: curl.upload(Upload.body(image)).task)
                    == "importing images with a backing file is not allowed")
            #expect(
                try await curl.wait(for: curl.upload(Upload.body([1, 2, 3])).task)
                    == "qemu-img info: the file is not in qcow2 format")
        }
    }

    @Test(arguments: [
        ("a b+c.qcow2", "local:import/a_b_c.qcow2"), ("x/y/disk.raw", "local:import/disk.raw"),
    ])
    func givesTheFileANameOfItsOwnLiking(name: String, volume: String) async throws {
        try await Curl.with { curl, server in
            let reply = try await curl.upload(Upload.body(name: name))
            #expect(try await curl.wait(for: reply.task) == "OK")
            #expect(await server.volumes().map(\.id) == [volume])
        }
    }

    @Test(arguments: ["disk.QCOW2", "disk.img", "disk"]) func refusesOtherEndings(name: String) async throws {
        try await Curl.with { curl, _ in
            let reply = try await curl.upload(Upload.body(name: name))
            #expect(reply.status == 400)
            #expect(reply.errors["filename"] == "wrong file extension")
        }
    }

    @Test func refusesAStorageWithoutTheContent() async throws {
        try await Curl.with { curl, _ in
            let reply = try await curl.upload(Upload.body(), to: "local-lvm")
            #expect(reply.message == "storage 'local-lvm' does not support 'import' content\n")
        }
    }

    @Test func failsTheTaskWhenTheStorageIsFull() async throws {
        var model = ClusterModel.usual()
        model.storages[0].foreignUse = model.storages[0].size - 10
        try await Curl.with(model) { curl, _ in
            let reply = try await curl.upload(Upload.body())
            #expect(try await curl.wait(for: reply.task) == "write failed: No space left on device")
        }
    }

    @Test func cutsTheConnectionWhenTheTemporaryFolderIsFull() async throws {
        var model = ClusterModel.usual()
        model.nodes[0].temporarySpace = 100
        try await Curl.with(model) { (curl, _) async throws in
            #expect(try await curl.upload(Upload.body()).status == 0)
        }
    }

    @Test func takesWhatTheRealCurlSends() async throws {
        try await Curl.with { curl, server in
            try await withScratchFolder(in: "/tmp", prefix: "image") { folder in
                let file = folder.appending("disk.qcow2")
                try file.write(Upload.image)
                let digest = Digest.of(Upload.image).hex
                let reply = try await curl(
                    "POST", Self.upload,
                    options: ["content=import", "checksum-algorithm=sha256", "checksum=\(digest)", "filename=@\(file)"]
                        .flatMap { ["--form", $0] })
                #expect(try await curl.wait(for: reply.task) == "OK")
                #expect(server.violations.isEmpty)
            }
        }
    }
}
