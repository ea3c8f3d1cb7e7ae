import Foundation
import HostSystem
import Libvirt
import Synchronization
import SystemPackage
import Testing

@testable import Deployment

/// Passes over fleets, on libvirt's test driver: nothing can be put onto it, so that whatever is to be made fails there.
struct ReconciliationTests {
    private static func order(_ name: String, count: Int = 1) -> FleetOrder {
        FleetOrder(name: name, count: count, shape: Samples.record(executor: .test).edition.shape)
    }

    private static func text(_ name: String, count: Int = 1, version: String = "v1.2.0", host: String) -> String {
        """
        fleet: \(name)
        template: web
        version: \(version)
        host: \(host)
        count: \(count)
        machine: { cpus: 1, memory: 512MiB }
        """
    }

    /// Lends a node with a healthy machine for each of some fleets, and files that want them so.
    private func with(
        fleets count: Int, _ body: (FilePath, Connection, String) async throws -> Void
    ) async throws {
        try await withScratchFolder(in: "/var/tmp", prefix: "if-reconcile") { root in
            let uri = "test://\(root.appending("node.xml"))"
            try root.appending("node.xml").write("<node><network><name>default</name></network></node>".utf8)
            let connection = try await Connection.open(uri)
            let folder = root.appending("fleets")
            try folder.createFolder()
            for number in 0..<count {
                let name = "fleet-\(number)"
                let record = Samples.record(1, fleet: name, executor: .test)
                let domain = try await connection.define(xml: DeployedDomain(record).xml, name: record.name)
                try await domain.start()
                try folder.appending("\(name).yaml").write(Self.text(name, host: uri).utf8)
            }
            try await body(folder, connection, uri)
        }
    }

    private func pass(_ folder: FilePath, _ connection: Connection, isDryRun: Bool = false) async throws
        -> [FleetResult]
    {
        var pass = Reconciliation(
            try FleetFileReader.fleets(in: folder), hosts: { _ in KVMHost(connection) }, executors: { _, _ in .test },
            images: { _, source in
                guard case .version(let version) = source, version != "v6.6.6" else { throw NoSuchRelease() }
                return Self.image(version)
            })
        pass.isDryRun = isDryRun
        return try await pass.run()
    }

    private static func image(_ version: String) -> VerifiedImage {
        VerifiedImage(
            image: Samples.image(version), signers: [], file: "web.qcow2", places: [], scratch: "/nowhere")
    }

    private struct NoSuchRelease: Error {}

    /// The limit is 2 s, and a busy host gets three times that.
    private static let thousandFleets: Duration = .seconds(6)

    @Test func looksQuicklyAtAThousandFleetsWithNothingToDo() async throws {
        try await with(fleets: 1000) { folder, connection, _ in
            // Of several passes the fastest: the host may run other tests, too.
            var fastest = Duration.seconds(3600)
            for _ in 0..<3 where fastest >= Self.thousandFleets / 3 {
                let clock = ContinuousClock()
                let start = clock.now
                let results = try await pass(folder, connection)
                fastest = min(fastest, clock.now - start)
                #expect(results.count == 1000)
                #expect(results.allSatisfy { $0.outcome == .unchanged })
            }
            print("1,000 fleets in \(fastest)")
            #expect(fastest < Self.thousandFleets)
        }
    }

    @Test func showsWhatWouldBeDoneAndDoesNotDoIt() async throws {
        try await with(fleets: 2) { folder, connection, uri in
            try folder.appending("fleet-0.yaml").write(Self.text("fleet-0", version: "v1.3.0", host: uri).utf8)
            let results = try await pass(folder, connection, isDryRun: true)
            #expect(results.map(\.outcome) == [.planned, .unchanged])
            #expect(results[0].details == ["remove 1", "create 1", "wait for 1"])
            let images = ["v1.2.0", "v1.3.0"].map { Samples.image($0).sha256.short }
            #expect(
                results[0].difference == [
                    "- version: v1.2.0", "+ version: v1.3.0", "- image: \(images[0])", "+ image: \(images[1])",
                ])
            #expect(try await connection.domains().count == 2)
        }
    }

    @Test func seesAMachineThatSomebodyStoppedOrRemoved() async throws {
        try await with(fleets: 2) { folder, connection, _ in
            try await connection.domain(named: "fleet-0-1")?.destroy()
            let other = try #require(await connection.domain(named: "fleet-1-1"))
            try await other.destroy()
            try await other.undefine(hasVariables: false)
            let results = try await pass(folder, connection, isDryRun: true)
            #expect(results[0].details == ["fleet-0-1: it is off", "start 1", "wait for 1"])
            #expect(results[1].details == ["create 1", "wait for 1"])
        }
    }

    @Test func saysWhatSomebodyChangedByHand() async throws {
        try await with(fleets: 1) { folder, connection, _ in
            let domain = try #require(await connection.domain(named: "fleet-0-1"))
            let changed = try await domain.definition().replacing("524288", with: "262144")
            _ = try await connection.define(xml: changed, name: "fleet-0-1")
            let results = try await pass(folder, connection, isDryRun: true)
            #expect(results[0].details.first == "fleet-0-1: memory is 256 MiB and not 512 MiB")
            #expect(results[0].outcome == .planned)
        }
    }

    @Test func doesNotTryAgainWhatAFleetWentBackFrom() async throws {
        try await with(fleets: 1) { folder, connection, uri in
            var record = try #require(await KVMHost(connection).machines().first).record
            record.refused = Self.order("fleet-0").goal(Samples.image("v1.3.0")).edition
            let domain = try #require(await connection.domain(named: "fleet-0-1"))
            try await KVMHost(connection).note(record, in: domain)
            try folder.appending("fleet-0.yaml").write(Self.text("fleet-0", version: "v1.3.0", host: uri).utf8)
            #expect(try await pass(folder, connection).map(\.outcome) == [.heldBack])
            try folder.appending("fleet-0.yaml").write(Self.text("fleet-0", version: "v1.2.0", host: uri).utf8)
            #expect(try await pass(folder, connection).map(\.outcome) == [.unchanged])
        }
    }

    @Test func looksAgainOnceTheLockIsItsOwn() async throws {
        try await with(fleets: 1) { folder, connection, uri in
            try folder.appending("fleet-0.yaml").write(Self.text("fleet-0", version: "v1.3.0", host: uri).utf8)
            var pass = Reconciliation(
                try FleetFileReader.fleets(in: folder), hosts: { _ in KVMHost(connection) },
                executors: { _, _ in .test }, images: { _, _ in Self.image("v1.3.0") })
            pass.lock = { _, fleet in
                // Whoever had the lock went back from that edition.
                let host = KVMHost(connection)
                let machine = try #require(await host.machines(of: fleet).first)
                var record = machine.record
                record.refused = Self.order(fleet).goal(Samples.image("v1.3.0")).edition
                try await host.note(record, in: machine.domain)
                return try #require(try FileLock(tryingAt: folder.appending("lock")))
            }
            #expect(try await pass.run().map(\.outcome) == [.heldBack])
            #expect(try await KVMHost(connection).machines().map(\.record.edition.image.version) == ["v1.2.0"])
        }
    }

    @Test func waitsForNoReleaseOnceItIsCancelled() async throws {
        try await with(fleets: 1) { folder, connection, _ in
            let (questions, asks) = AsyncStream.makeStream(of: Void.self)
            let pass = Reconciliation(
                try FleetFileReader.fleets(in: folder), hosts: { _ in KVMHost(connection) },
                executors: { _, _ in .test },
                images: { _, _ in
                    asks.yield()
                    try await Task.sleep(for: .seconds(600))
                    return Self.image("v1.2.0")
                })
            let running = Task { try await pass.run() }
            _ = await questions.first { true }
            running.cancel()
            let ending = try await withDeadline(.seconds(60), for: "its end") { await running.result }
            #expect(throws: CancellationError.self) { try ending.get() }
        }
    }

    @Test func goesOnAfterAFleetAndAHostThatFail() async throws {
        try await with(fleets: 2) { folder, connection, uri in
            try folder.appending("fleet-0.yaml").write(Self.text("fleet-0", version: "v6.6.6", host: uri).utf8)
            try folder.appending("lost.yaml").write(Self.text("lost", host: "test:///nowhere").utf8)
            let pass = Reconciliation(
                try FleetFileReader.fleets(in: folder),
                hosts: { wanted in
                    if wanted == uri { return KVMHost(connection) }
                    return KVMHost(try await Connection.open(wanted))
                },
                executors: { _, _ in .test },
                images: { _, source in
                    guard source == .version("v1.2.0") else { throw NoSuchRelease() }
                    return Self.image("v1.2.0")
                })
            let results = try await pass.run()
            #expect(results.map(\.word) == ["failed", "unchanged", "failed"])
            #expect(results.map(\.isBad) == [true, false, true])
        }
    }

    @Test func doesNotWaitForAHostThatHangs() async throws {
        try await with(fleets: 1) { folder, connection, uri in
            // Of two hosts it comes first.
            try folder.appending("hung.yaml").write(Self.text("hung", host: "a:///hangs").utf8)
            let hasLooked = Mutex(false)
            let pass = Reconciliation(
                try FleetFileReader.fleets(in: folder),
                hosts: { wanted in
                    guard wanted != uri else { return KVMHost(connection) }
                    _ = try await poll(every: .milliseconds(20), deadline: .seconds(60), for: "the other host") {
                        hasLooked.withLock { $0 } ? true : nil
                    }
                    throw NoSuchRelease()
                },
                executors: { _, _ in .test },
                images: { _, _ in
                    hasLooked.withLock { $0 = true }
                    return Self.image("v1.2.0")
                })
            let results = try await pass.run()
            #expect(results.map(\.word) == ["unchanged", "failed"])
            #expect(results[1].reason?.contains("NoSuchRelease") == true)
        }
    }

    @Test func takesDownWhatIsTooMany() async throws {
        try await with(fleets: 1) { folder, connection, uri in
            try folder.appending("fleet-0.yaml").write(Self.text("fleet-0", count: 0, host: uri).utf8)
            let results = try await pass(folder, connection)
            #expect(results.map(\.outcome) == [.changed])
            #expect(try await connection.domains().isEmpty)
        }
    }
}
