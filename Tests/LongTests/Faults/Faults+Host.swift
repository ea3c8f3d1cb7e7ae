import Foundation
import HostSystem
import LibvirtTestSupport
import Machines
import SystemPackage
import VirtualMachineTestSupport

/// Faults of the host: its disk, its memory, its KVM and its libvirt.
extension Fault {
    private static let inInstaller = Moment.shown("Linux version", after: .seconds(1))
    private static let starting = Moment.said("install-system: started")
    private static let inStep = Moment.said("provision: 1/1", after: .seconds(1))

    /// Fills the disk of the state at the fault's moment.
    private static func fill(_ size: ByteCount, leaving rest: ByteCount) -> Conduct {
        { trial in
            try await trial.onSmallDisk(size) { trial, disk in
                try await trial.build { _ in try disk.fill(leaving: rest) }
            }
        }
    }

    private static let writing = "while :; do dd if=/dev/urandom of=/root/file bs=1M count=64 conv=fsync; done"

    static let fullDisks = [
        installation(
            "host-disk-full-in-installer", .hostDiskFull, at: .shown("[2/6] Bootstrap"),
            conduct: fill(.gibibytes(1), leaving: .mebibytes(1))),
        step(
            "host-disk-full-in-step", .hostDiskFull, writing, at: inStep,
            conduct: fill(.gibibytes(2), leaving: ByteCount(64 << 10))),
        nextBoot(
            "host-disk-full-in-boot", .hostDiskFull, "true", at: inInstaller,
            conduct: fill(.gibibytes(2), leaving: ByteCount(64 << 10))),
    ]

    /// Puts QEMU into a memory group, and waits until the kernel has killed it there.
    private static func limit(_ limit: ByteCount, inside: Bool = false) -> Conduct {
        { trial in
            try await MemoryGroup.with(limit: limit, inside: inside) { group in
                try await trial.build { scene in
                    try await group.take(try await scene.machine())
                    scene.hit()
                }
            }
        }
    }

    /// Eats memory, which QEMU takes from the host then.
    private static let eating = "sleep 3\nhead -c 1200M /dev/zero | tail"

    static let memory = [
        installation(
            "host-memory-in-installer", .hostOutOfMemory, at: inInstaller, conduct: limit(.mebibytes(64))),
        step("host-memory-in-step", .hostOutOfMemory, eating, at: inStep, conduct: limit(.mebibytes(96))),
        step(
            "host-memory-of-outer-group", .hostOutOfMemory, eating, at: inStep,
            conduct: limit(.mebibytes(96), inside: true)),
    ]

    private static func kvm(_ name: String, _ change: @escaping @Sendable (FaultTrial) throws -> FaultTrial) -> Fault {
        installation(name, .kvmUnusable, at: starting) { try await change($0).build() }
    }

    static let accelerator = [
        kvm("kvm-is-another-device", asking { try $0.withKVM("/dev/null") }),
        kvm("kvm-is-full", asking { try $0.withKVM("/dev/full") }),
        kvm(
            "kvm-is-a-file",
            asking { trial in
                let file = trial.project.root.appending("kvm")
                try file.write("".utf8)
                return try trial.withKVM(file)
            }),
        kvm("kvm-worked-once") { try $0.rememberingKVM().withKVM("/dev/null") },
    ]

    /// Asks for KVM by name.
    private static func asking(
        _ change: @escaping @Sendable (FaultTrial) throws -> FaultTrial
    ) -> @Sendable (FaultTrial) throws -> FaultTrial {
        { trial in
            var trial = try change(trial)
            trial.arguments += ["--accelerator", "kvm"]
            return trial
        }
    }

    /// Only a daemon can be lost: without one, libvirt runs inside the factory's own process, and ends with it.
    private static func daemon(_ signal: Int32) -> Conduct {
        { trial in
            try await LibvirtDaemon.with(in: trial.project.root) { daemon in
                var trial = trial
                trial.arguments += ["--connect", daemon.uri]
                return try await trial.build { scene in
                    scene.hit()
                    kill(daemon.process, signal)
                }
            }
        }
    }

    static let libvirt = [
        installation("libvirt-not-there", .libvirtLost, at: starting) { trial in
            var trial = trial
            trial.arguments += ["--connect", "qemu+unix:///system?socket=/nonexistent/libvirt-sock"]
            return try await trial.build()
        },
        installation("libvirt-killed", .libvirtLost, at: inInstaller, conduct: daemon(SIGKILL)),
        installation("libvirt-terminated", .libvirtLost, at: inInstaller, conduct: daemon(SIGTERM)),
        step("libvirt-frozen", .libvirtLost, "sleep 600", at: inStep, evidence: .none, conduct: daemon(SIGSTOP)),
    ]

    /// Every fault there is, by its place.
    static let catalogue: [Fault] = [
        guestKernel, guestMemory, guestDisk, guestNetwork, packages, postInstallScripts, datasets, agentLost, killed,
        died, diskErrors, fullDisks, memory, noSeed, answers, installer, kernel, loaders, bootLoader, bootKernel,
        installedSystem, firstBoot, agentAtBoot, accelerator, libvirt, slowInstallation, stalls, frozen, shutdowns,
    ].flatMap(\.self)
}
