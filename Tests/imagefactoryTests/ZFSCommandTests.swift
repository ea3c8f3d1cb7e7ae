import ArgumentParser
import HostSystem
import SystemPackage
import Testing

@testable import imagefactory

/// Commands about images in ZFS, as far as no ZFS is needed for them.
struct ZFSCommandTests {
    @Test(arguments: [
        ["images", "list"], ["images", "list", "--store", "rpool/images"],
        ["images", "list", "--store", "zfs:rpool/../etc"], ["images", "keep", "--store", "zfs:rpool/images"],
        ["images", "keep", "0", "--store", "zfs:rpool/images"],
        ["images", "send", "web", "--store", "zfs:rpool/images"],
        ["images", "send", "web", "--store", "zfs:rpool/images", "--to", "zfs:-oProxyCommand=id:tank"],
        ["images", "send", "web", "--store", "zfs:rpool/images", "--to", "zfs:tank", "--version", "1.2"],
        ["deploy", "kvm", "web", "--name", "web", "--store", "rpool/images"],
        ["deploy", "kvm", "web", "--name", "web", "--store", "zfs:rpool/images", "--full-copy"],
        ["fleet", "snapshot", "web-1"], ["fleet", "snapshot", "web-1", "a@b"], ["fleet", "snapshot", "web-1", "-r"],
        ["fleet", "snapshot", "web-1", "a/b"], ["fleet", "restore", "web-1"],
    ])
    func refusesWhatCannotBe(arguments: [String]) {
        let error = #expect(throws: (any Error).self) { try ImageFactory.parseAsRoot(arguments) }
        #expect(error.map { ImageFactory.exitCode(for: $0) } == .validationFailure)
    }

    @Test func saysThatAHostCannotBeReached() async throws {
        try await withScratchFolder(in: "/tmp", prefix: "if-zfs") { folder in
            let run = try await FactoryRun(
                ["images", "list", "--store", "zfs:root@host.invalid:rpool/images"], in: folder, state: folder)
            #expect(run.status == 69)
            #expect(run.talk.contains("root@host.invalid cannot be reached by ssh"), "\(run.talk)")
        }
    }

    @Test func saysThatNothingIsThere() async throws {
        try await withScratchFolder(in: "/tmp", prefix: "if-zfs") { folder in
            let run = try await FactoryRun(
                ["images", "keep", "3", "--store", "zfs:no-such-pool/images"], in: folder, state: folder)
            #expect(run.status == 69)
            #expect(run.talk.contains("has no"), "\(run.talk)")
            #expect(run.output.isEmpty)
        }
    }
}
