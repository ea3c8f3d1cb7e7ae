import Foundation
import HostSystem
import Libvirt
import Logging
import Machines
import SystemPackage
import Testing

/// Real machines without a guest: firmware alone, under emulation.
@Suite(SharedHypervisor(), .serialized, .timeLimit(.minutes(5)))
struct HypervisorTests {
    @Test func saysThatTheFirmwareFoundNothingToBoot() async throws {
        try await withFirmwareOnly { hypervisor, definition, folder in
            let error = await #expect(throws: MachineFailure.self) {
                try await hypervisor.withMachine(definition, consoleLog: folder.appending("console.log")) { machine in
                    _ = try await machine.boot(
                        deadline: .seconds(120), stall: .seconds(60), installUser: nil, report: { _ in })
                }
            }
            #expect(error?.cause == .noBootMedium)
            let console = try folder.appending("console.log").readText()
            #expect(console.contains("BdsDxe"))
        }
    }

    @Test func noticesAKilledMachineWithinASecondAndLeavesNothing() async throws {
        try await withFirmwareOnly { hypervisor, definition, folder in
            let clock = ContinuousClock()
            let killed = Mutable<ContinuousClock.Instant?>(nil)
            let error = await #expect(throws: MachineFailure.self) {
                try await hypervisor.withMachine(definition, consoleLog: folder.appending("console.log")) { machine in
                    let machines = MachineProcess.all(in: hypervisor.runtime.path)
                    let process = try #require(machines.first { $0.machine == definition.name }).id
                    _ = try await machine.watch(
                        ShutdownJudge(machine.vitals(stall: .seconds(60))), deadline: .seconds(60),
                        prepare: {
                            try await machine.domain.resume()
                            killed.value = clock.now
                            kill(process, SIGKILL)
                        })
                }
            }
            #expect(error?.cause == .machineKilled)
            let moment = try #require(killed.value)
            #expect(clock.now - moment < .seconds(9))
            let left = MachineProcess.all(in: hypervisor.runtime.path).filter { $0.machine == definition.name }
            #expect(left.isEmpty)
        }
    }

    @Test func leavesASlowGuestMostOfItsTime() async throws {
        try await withFirmwareOnly { hypervisor, definition, folder in
            let questions = Mutable(0)
            await #expect(throws: MachineFailure.self) {
                try await hypervisor.withMachine(definition, consoleLog: folder.appending("console.log")) { machine in
                    _ = try await machine.watch(
                        BootJudge(machine.vitals(stall: .seconds(60))), deadline: .seconds(9),
                        ask: {
                            questions.value += 1
                            try? await ContinuousClock().sleep(for: .seconds(1))
                            return .silent
                        })
                }
            }
            #expect((2...4).contains(questions.value))
        }
    }
}

/// A value that a test's closures share, one after the other.
final class Mutable<Value>: @unchecked Sendable {
    var value: Value
    init(_ value: Value) { self.value = value }
}

/// Lends one hypervisor to all tests of a suite: a process can open one embedded root in its life.
struct SharedHypervisor: SuiteTrait, TestScoping {
    @TaskLocal static var current: (hypervisor: Hypervisor, folder: FilePath)?

    func provideScope(
        for test: Test, testCase: Test.Case?, performing body: @concurrent @Sendable () async throws -> Void
    ) async throws {
        try await withScratchFolder(in: "/var/tmp", prefix: "if-machines") { folder in
            _ = chmod(folder.string, 0o755)
            let settings = HypervisorSettings(
                state: folder.appending("state"), cache: folder.appending("cache"),
                environment: ProcessInfo.processInfo.environment)
            try await MachineRoom.with(settings, logger: Logger(label: "test"), note: { _ in }) { room in
                let hypervisor = try await room.hypervisor()
                #expect(!folder.appending("cache/libvirt-capabilities").folderEntries.isEmpty)
                try await Self.$current.withValue((hypervisor, folder)) { try await body() }
            }
        }
    }
}

private func withFirmwareOnly(
    _ body: (Hypervisor, MachineDefinition, FilePath) async throws -> Void
) async throws {
    let (hypervisor, shared) = try #require(SharedHypervisor.current)
    try await withScratchFolder(in: shared, prefix: "test") { folder in
        _ = chmod(folder.string, 0o755)
        let disk = folder.appending("disk.qcow2")
        try await Program.run("qemu-img", ["create", "-q", "-f", "qcow2", disk.string, "1G"], deadline: .seconds(10))
        try hypervisor.user.own(disk)
        let definition = MachineDefinition(
            name: "if-test-\(String.randomHex(digits: 6))", cpus: 1, memory: .mebibytes(512), disk: disk)
        try await body(hypervisor, definition, folder)
    }
}
