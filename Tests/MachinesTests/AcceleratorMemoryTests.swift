import Foundation
import HostSystem
import Synchronization
import SystemPackage
import Testing

@testable import Machines

struct AcceleratorMemoryTests {
    @Test func measuresOnce() async throws {
        try await withMemory { memory, meter in
            let first = try await memory.choose(.auto, probe: meter.probe(.finished(.milliseconds(90))))
            let second = try await memory.choose(.auto, probe: meter.probe(.unavailable("gone")))
            #expect(first.accelerator == .kvm)
            #expect(second == first)
            #expect(meter.measurements == 1)
        }
    }

    @Test func measuresAgainOnAnotherHostOrAfterAReboot() async throws {
        try await withMemory { memory, meter in
            _ = try await memory.choose(.auto, probe: meter.probe(.finished(.milliseconds(90))))
            let file = memory.state.appending("accelerator.json")
            let object = try JSONSerialization.jsonObject(with: Data(file.readBytes()))
            var entry = try #require(object as? [String: Any])
            #expect(entry["host"] is String)
            entry["host"] = "another host"
            try file.write(JSONSerialization.data(withJSONObject: entry))
            let verdict = try await memory.choose(.auto, probe: meter.probe(.tooSlow(limit: .seconds(1))))
            #expect(verdict.accelerator == .tcg)
            #expect(meter.measurements == 2)
        }
    }

    @Test(arguments: ["", "{}", "not JSON", "{\"host\": 5}"])
    func measuresAgainWhenItsFileIsDamaged(content: String) async throws {
        try await withMemory { memory, meter in
            try memory.state.createFolder()
            try memory.state.appending("accelerator.json").write(content.utf8)
            let verdict = try await memory.choose(.auto, probe: meter.probe(.unavailable("there is no /dev/kvm")))
            #expect(verdict.accelerator == .tcg)
            #expect(meter.measurements == 1)
        }
    }

    @Test func isKnownBeforeAMachineRunsOnlyWhereItWasMeasured() async throws {
        try await withMemory { memory, meter in
            func known(_ request: AcceleratorRequest) -> Accelerator? {
                HypervisorSettings(accelerator: request, state: memory.state, cache: memory.state, environment: [:])
                    .knownAccelerator
            }
            #expect(known(.auto) == nil)
            #expect(known(.kvm) == .kvm && known(.tcg) == .tcg)
            _ = try await memory.choose(.auto, probe: meter.probe(.unavailable("gone")))
            #expect(known(.auto) == .tcg)
        }
    }

    @Test func remembersNothingThatWasAskedForByName() async throws {
        try await withMemory { memory, meter in
            let verdict = try await memory.choose(.kvm, probe: meter.probe(.finished(.milliseconds(90))))
            #expect(verdict.accelerator == .kvm)
            _ = try await memory.choose(.tcg, probe: meter.probe(.failed("unused")))
            #expect(!memory.state.appending("accelerator.json").exists)
            #expect(meter.measurements == 1)
        }
    }

    @Test func remembersNoMeasurementThatCouldNotBeMade() async throws {
        struct Broken: Error {}
        try await withMemory { memory, _ in
            await #expect(throws: Broken.self) {
                try await memory.choose(.auto, probe: AcceleratorProbe { throw Broken() })
            }
            #expect(!memory.state.appending("accelerator.json").exists)
        }
    }

    private func withMemory(_ body: (AcceleratorMemory, Meter) async throws -> Void) async throws {
        try await withScratchFolder(in: FilePath(NSTemporaryDirectory()), prefix: "if-memory") { folder in
            try await body(AcceleratorMemory(state: folder.appending("state")), Meter())
        }
    }
}

/// Counts how often something was measured.
private final class Meter: Sendable {
    private let count = Mutex(0)

    var measurements: Int { count.withLock { $0 } }

    func probe(_ result: ProbeResult) -> AcceleratorProbe {
        AcceleratorProbe { [self] in
            count.withLock { $0 += 1 }
            return result
        }
    }
}
