internal import CLibvirt
internal import Glibc
package import HostSystem

/// A virtual machine of libvirt's.
///
/// `@unchecked Sendable`: libvirt's objects may be used by several threads at once (libvirt.org, "Thread safety").
package final class Domain: @unchecked Sendable {
    /// Its name, unique on its connection.
    package let name: String
    let pointer: virDomainPtr
    let connection: Connection

    init(name: String, pointer: virDomainPtr, connection: Connection) {
        self.name = name
        self.pointer = pointer
        self.connection = connection
    }

    deinit {
        virDomainFree(pointer)
    }

    /// Lets a paused domain run.
    package func resume() async throws {
        try await call("resume") { virDomainResume($0) }
    }

    /// Asks the guest to power off by the ACPI button; returns at once.
    package func pressPowerButton() async throws {
        try await call("ask for the shutdown of") {
            virDomainShutdownFlags($0, UInt32(VIR_DOMAIN_SHUTDOWN_ACPI_POWER_BTN.rawValue))
        }
    }

    /// Ends the domain at once, as if the power was cut; a domain that is already gone is no error.
    package func destroy() async throws {
        do {
            try await call("destroy") { virDomainDestroy($0) }
        } catch let error as LibvirtError where [.noDomain, .operationInvalid].contains(error.code) {}
    }

    /// Whether the domain still exists and runs or is paused.
    package func isActive() async throws -> Bool {
        try await offloaded { [self] _ in
            virDomainIsActive(pointer) == 1
        }
    }

    /// Whether libvirt can still be spoken to.
    package var isConnected: Bool { connection.isAlive }

    /// The domain's definition as it runs, without secrets.
    package func xml() async throws -> String {
        try await offloaded { [self] _ in
            let text = try check(virDomainGetXMLDesc(pointer, 0), "describe the domain \(name)")
            defer { free(text) }
            return String(cString: text)
        }
    }

    /// What the domain has used so far; two of them tell whether it is busy.
    package func counters(disk: String) async throws -> DomainCounters {
        try await offloaded { [self] _ in
            var info = virDomainInfo()
            try check(virDomainGetInfo(pointer, &info), "read the processor time of \(name)")
            var block = virDomainBlockStatsStruct()
            try check(
                virDomainBlockStats(pointer, disk, &block, MemoryLayout.size(ofValue: block)),
                "read the disk counters of \(name)")
            return DomainCounters(
                processorTime: .nanoseconds(Int64(clamping: info.cpuTime)),
                bytesRead: ByteCount(block.rd_bytes), bytesWritten: ByteCount(block.wr_bytes))
        }
    }

    private func call(_ verb: String, _ function: @escaping @Sendable (virDomainPtr) -> CInt) async throws {
        try await offloaded { [self] _ in
            _ = try check(function(pointer), "\(verb) the domain \(name)")
        }
    }
}

/// A domain's running totals.
package struct DomainCounters: Sendable, Equatable {
    /// Processor time of all its threads.
    package let processorTime: Duration
    /// How long its threads waited for a processor that others had; zero where nobody looked.
    package var waitingTime: Duration = .zero
    /// Bytes read from its disk.
    package let bytesRead: ByteCount
    /// Bytes written to its disk.
    package let bytesWritten: ByteCount

    /// The counters of a domain at one moment.
    package init(processorTime: Duration, bytesRead: ByteCount, bytesWritten: ByteCount) {
        self.processorTime = processorTime
        self.bytesRead = bytesRead
        self.bytesWritten = bytesWritten
    }
}
