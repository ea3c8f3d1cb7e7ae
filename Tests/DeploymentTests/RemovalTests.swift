import HostSystem
import Libvirt
import SystemPackage
import Testing

@testable import Deployment

/// Machines that are removed, or switched off for a while, on libvirt's test driver.
struct RemovalTests {
    /// Lends a node with some machines that run.
    private func with(
        machines count: Int, state: MachineRecord.State = .healthy,
        _ body: (Connection) async throws -> Void
    ) async throws {
        try await withScratchFolder(in: "/var/tmp", prefix: "if-removal") { root in
            let pool = "<pool type='dir'><name>default</name><target><path>/default</path></target></pool>"
            try root.appending("node.xml").write(
                "<node><network><name>default</name></network>\(pool)</node>".utf8)
            let connection = try await Connection.open("test://\(root.appending("node.xml"))")
            for number in 1..<count + 1 {
                var record = Samples.record(number, executor: .test)
                record.state = state
                let domain = try await connection.define(xml: DeployedDomain(record).xml, name: record.name)
                try await domain.start()
            }
            try await body(connection)
        }
    }

    private static func host(
        _ connection: Connection, report: @escaping @Sendable (String) -> Void = { _ in }
    ) -> KVMHost {
        var host = KVMHost(connection, report: report)
        host.shutdownDeadline = .milliseconds(10)
        return host
    }

    @Test func leavesTheOtherMachinesOnceItIsCancelled() async throws {
        try await with(machines: 3) { connection async throws in
            let host = Self.host(connection) { line in
                guard line.hasPrefix("removed") else { return }
                withUnsafeCurrentTask { $0?.cancel() }
            }
            let removal = Task { try await host.remove(try await host.machines()) }
            await #expect(throws: CancellationError.self) { try await removal.value }
            #expect(try await host.machines().map(\.record.name) == ["web-2", "web-3"])
        }
    }

    @Test func asksAlsoAGuestToEndThatNeverWasHealthy() async throws {
        try await with(machines: 1, state: .ready) { connection async throws in
            let said = KVMBench.Lines()
            try await Self.host(connection) { said.add($0) }.remove(try await KVMHost(connection).machines())
            // The test driver's guests do not listen.
            #expect(said.all.first?.hasPrefix("web-1 is switched off") == true, "\(said.all)")
        }
    }

    @Test func startsAMachineAgainOfWhichNoCopyCanBeMade() async throws {
        try await with(machines: 1) { connection async throws in
            let host = Self.host(connection)
            let machine = try #require(await host.machines().first)
            let pool = try await host.pool("default")
            // The pool has room for one such volume alone.
            let size: Int64 = try await pool.freeSpace() / 3 * 2
            let xml = """
                <volume><name>\(machine.record.disk)</name><capacity>\(size)</capacity><allocation>\(size)</allocation>
                <target><format type='qcow2'/></target></volume>
                """
            _ = try await pool.createVolume(xml: xml, name: machine.record.disk)
            await #expect(throws: LibvirtError.self) { try await host.snapshot("before", of: machine) }
            #expect(try await host.machines().map(\.isRunning) == [true])
            #expect(try await host.snapshots(of: machine) == [])
        }
    }

    @Test func leavesAMachineOffWhoseDiskIsGone() async throws {
        try await with(machines: 1) { connection async throws in
            let host = Self.host(connection)
            let machine = try #require(await host.machines().first)
            await #expect {
                try await host.snapshot("before", of: machine)
            } throws: { error in
                guard case KVMHostError.noVolume(machine.record.disk, _) = error else { return false }
                return true
            }
            #expect(try await host.machines().map(\.isRunning) == [false])
        }
    }
}
