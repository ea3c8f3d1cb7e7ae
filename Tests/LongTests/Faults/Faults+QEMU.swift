import Foundation
import Machines
import VirtualMachineTestSupport

/// Faults of QEMU's process: signals, and files that it cannot read or write any more.
extension Fault {
    /// A script in a guest that does nothing for as long as it is let.
    private static let idle = "sleep 600"
    private static let inStep = Moment.said("provision: 1/1", after: .seconds(2))
    private static let inInstaller = Moment.shown("Linux version", after: .seconds(1))
    private static let inClone = Moment.shown("Linux version", after: .seconds(1))

    private static func signal(_ signal: Int32) -> Conduct {
        { trial in try await trial.build { kill(try await $0.machine(), signal) } }
    }

    static let killed = [
        installation("installer-killed", .machineKilled, at: inInstaller, conduct: signal(SIGKILL)),
        step("guest-killed", .machineKilled, idle, at: inStep, conduct: signal(SIGKILL)),
        step("guest-terminated", .machineKilled, idle, at: inStep, conduct: signal(SIGTERM)),
        nextBoot("clone-hung-up", .machineKilled, "true", at: inClone, conduct: signal(SIGHUP)),
    ]

    static let died = [
        installation("installer-segfault", .machineDied, at: inInstaller, conduct: signal(SIGSEGV)),
        step("guest-aborted", .machineDied, idle, at: inStep, conduct: signal(SIGABRT)),
        step("guest-bus-error", .machineDied, idle, at: inStep, conduct: signal(SIGBUS)),
        nextBoot("clone-illegal-instruction", .machineDied, "true", at: inClone, conduct: signal(SIGILL)),
    ]

    static let frozen = [
        installation("installer-frozen", .stalled, at: inInstaller, evidence: .none, conduct: signal(SIGSTOP)),
        step("guest-frozen", .stalled, idle, at: inStep, evidence: .none, conduct: signal(SIGSTOP)),
        installation("disk-never-answers", .stalled, at: .shown("[2/6] Bootstrap"), evidence: .none) { trial in
            try await trial.build { scene in
                try await Tracer.hold(Tracer.reads + "," + Tracer.writes, of: try await scene.machine())
            }
        },
    ]

    /// Uses the disk without end.
    private static let busy = """
        while :; do
            echo 3 >/proc/sys/vm/drop_caches
            cat /usr/bin/* >/dev/null
            dd if=/dev/urandom of=/root/file bs=1M count=16 conv=fsync
        done
        """

    private static func fail(_ calls: String) -> Conduct {
        { trial in
            try await trial.build { try await Tracer.fail(calls, of: try await $0.machine(), with: "EIO") }
        }
    }

    static let diskErrors = [
        step("disk-write-errors", .hostDiskError, busy, at: inStep, conduct: fail(Tracer.writes)),
        step("disk-read-errors", .hostDiskError, busy, at: inStep, conduct: fail(Tracer.reads)),
        installation(
            "installer-write-errors", .hostDiskError, at: .shown("[2/6] Bootstrap"), conduct: fail(Tracer.writes)),
        installation("medium-read-errors", .hostDiskError, at: .shown("[1/6] Storage")) { trial in
            let filter = ["error", "error-pread=EIO", "error-pread-rate=100%", "error-pread-file=TRIGGER"]
            return try await ServedFile.with(try await trial.lab.iso(), in: trial.project.root, filter: filter) {
                file in
                try await trial.on(file.path).build { _ in try file.pull() }
            }
        },
    ]
}
