import Foundation
import Machines
import SystemPackage
import VirtualMachineTestSupport

/// Faults of the installation: its seed, its answers, its medium and its disk.
extension Fault {
    private static let reading = Moment.shown("autoinstall: looking for answers")
    private static let booting = Moment.said("install-system: booting")

    /// A fault of the seed: it is changed on the host when the machine is about to start.
    private static func seed(
        _ name: String, _ cause: FailureCause, _ change: @escaping @Sendable (SeedImage) async throws -> Void
    ) -> Fault {
        installation(name, cause, at: booting) { trial in
            try await trial.build { scene in
                try await change(try await scene.seed())
                try await scene.hit(once: "autoinstall: looking for answers")
            }
        }
    }

    /// A fault of the medium, which `make` makes of the lab's.
    private static func medium(
        _ name: String, _ cause: FailureCause, at moment: Moment, bootedBy boot: String = "kernel",
        _ make: @escaping @Sendable (_ lab: FilePath, _ folder: FilePath) async throws -> FilePath
    ) -> Fault {
        installation(name, cause, at: moment) { trial in
            let medium = try await make(try await trial.lab.iso(), trial.project.root)
            return try await trial.on(medium, bootedBy: boot).build()
        }
    }

    private static func without(_ line: String) -> @Sendable (SeedImage) async throws -> Void {
        { seed in
            try await seed.edit { answers in
                answers.split(separator: "\n").filter { !$0.hasPrefix(line) }.map { $0 + "\n" }.joined()
            }
        }
    }

    private static func adding(_ line: String) -> @Sendable (SeedImage) async throws -> Void {
        { seed in try await seed.edit { $0 + line } }
    }

    static let noSeed = [
        seed("seed-without-answers", .noSeed) { try await $0.removeAnswers() },
        seed("seed-with-another-label", .noSeed) { try await $0.label("OTHER") },
        seed("seed-wiped", .noSeed) { try $0.wipe() },
        installation("seed-unreadable", .noSeed, at: reading, arguments: ["module_blacklist=vfat"]),
    ]

    static let answers = [
        installation("answer-no-method", .answersRefused, at: reading, answers: ["KLDLOAD_NET_METHOD: pigeon"]),
        installation("answer-no-user-name", .answersRefused, at: reading, answers: ["KLDLOAD_USERNAME: 0admin"]),
        installation("answer-contradiction", .answersRefused, at: reading, answers: ["KLDLOAD_ENABLE_K8S: 1"]),
        installation("answer-other-suite", .answersRefused, at: reading, answers: ["KLDLOAD_SUITE: bookworm"]),
        seed("seed-without-equals-sign", .answersRefused, adding("nonsense\n")),
        seed("seed-of-another-system", .answersRefused, adding("KLDLOAD_LOCALE=C.UTF-8\r\n")),
        seed("seed-without-password", .secretWanted, without("KLDLOAD_PASSWORD")),
        seed("seed-without-passphrase", .secretWanted, adding("KLDLOAD_ZFS_ENCRYPT=1\n")),
        installation("answers-without-subscription", .secretWanted, at: reading)
            .with { $0.distribution = "rhel" },
    ]

    static let installer = [
        installation(
            "installer-no-such-disk", .installerFailed, at: .shown("[1/6] Storage"), answers: ["KLDLOAD_DISK: /dev/vdq"]
        ),
        installation(
            "installer-small-disk", .installerFailed, at: .shown("[1/6] Storage"), answers: ["KLDLOAD_DISK: /dev/vdb"]),
        installation(
            "installer-no-address", .installerFailed, at: .shown("[3/6] Network"),
            answers: ["KLDLOAD_NET_METHOD: static"]),
        installation(
            "installer-no-file-system", .installerFailed, at: .shown("[1/6] Storage"),
            arguments: ["module_blacklist=ext4"]),
        medium("medium-without-system", .installerFailed, at: .shown("[2/6] Bootstrap")) { lab, folder in
            try await FaultMedium.copy(of: lab, in: folder, without: ["/lab/debian13.tar.zst"])
        },
        medium("medium-with-half-a-system", .installerFailed, at: .shown("[2/6] Bootstrap")) { lab, folder in
            let file = "/lab/debian13.tar.zst"
            let half = try await FaultMedium.beginning(of: file, on: lab, part: 0.5, in: folder)
            return try await FaultMedium.copy(of: lab, in: folder, replacing: [file: half])
        },
    ]

    static let kernel = [
        installation(
            "kernel-without-root", .kernelPanic, at: .shown("check access for rdinit"),
            arguments: ["rdinit=/nonexistent", "rootdelay=1"]),
        installation(
            "kernel-without-init", .kernelPanic, at: .shown("as init process"),
            arguments: ["rdinit=/etc", "init=/nonexistent"]),
        medium("medium-with-broken-initrd", .kernelPanic, at: .shown("unpacking failed")) { lab, folder in
            try await FaultMedium.copy(
                of: lab, in: folder, replacing: ["/images/pxeboot/initrd.img": try FaultMedium.nonsense(in: folder)])
        }
        // The kernel sleeps that long before it panics, which else is as long as the stall limit here.
        .with { $0.bootArguments = ["rootdelay=1"] },
        installation(
            "live-emergency", .emergencyShell, at: .shown("systemd[1]"), arguments: ["systemd.unit=emergency.target"]),
        installation(
            "live-rescue", .emergencyShell, at: .shown("systemd[1]"), arguments: ["systemd.unit=rescue.target"]),
        installation("initrd-break", .emergencyShell, at: .shown("as init process"), arguments: ["rd.break"]),
        installation(
            "initrd-without-medium", .emergencyShell, at: .shown("Could not boot"),
            arguments: ["root=live:CDLABEL=OTHER", "rd.retry=5"]),
        medium("medium-without-live-system", .emergencyShell, at: .shown("as init process")) { lab, folder in
            try await FaultMedium.copy(of: lab, in: folder, without: ["/LiveOS/squashfs.img"])
        },
        installation(
            "live-power-off", .endedUnfinished, at: .shown("systemd[1]"), arguments: ["systemd.unit=poweroff.target"]),
        installation(
            "live-reboot", .endedUnfinished, at: .shown("systemd[1]"), arguments: ["systemd.unit=reboot.target"]),
    ]

    static let loaders = [
        medium("medium-without-loader", .noBootMedium, at: .shown("BdsDxe"), bootedBy: "firmware") { _, folder in
            try await FaultMedium.empty(in: folder)
        },
        medium("medium-with-empty-loader", .noBootMedium, at: .shown("BdsDxe"), bootedBy: "firmware") { _, folder in
            try await FaultMedium.empty(in: folder, loader: try await FaultMedium.emptyLoader(in: folder))
        },
        medium("medium-without-menu", .noBootMedium, at: .shown("BdsDxe"), bootedBy: "firmware") { lab, folder in
            let loader = try await FaultMedium.extract("/images/efiboot.img", from: lab, in: folder)
            return try await FaultMedium.empty(in: folder, loader: loader)
        },
    ]

    static let slowInstallation = [
        installation("install-late", .tooLate, at: booting, evidence: .none)
            .with { $0.deadlines = "{ stall: 30s, install: 12s }" }
    ]
}
