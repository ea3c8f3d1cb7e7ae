import Foundation
import HostSystem
import SystemPackage
import VirtualMachineTestSupport

extension FaultTrial {
    /// The same trial with an installer medium of its own.
    ///
    /// - Parameter boot: What boots it: its `kernel`, or the `firmware`.
    func on(_ medium: FilePath, bootedBy boot: String = "kernel") -> FaultTrial {
        var trial = self
        trial.template.iso = "{ path: \(medium) }"
        // What is not the lab's own medium may need more.
        trial.template.disk = "30GiB"
        trial.template.bootFrom = boot
        return trial
    }

    /// Lends the same trial with the lab's state on a disk that can be filled: what is there lies below, and what is
    /// written on the disk.
    func onSmallDisk(
        _ size: ByteCount, _ body: (FaultTrial, SmallDisk) async throws -> FaultVerdict
    ) async throws -> FaultVerdict {
        try await SmallDisk.with(at: project.root.appending("disk"), size: size) { disk in
            var trial = self
            trial.project.state = disk.path.appending("state")
            guard fault.reach != .installation else { return try await body(trial, disk) }
            let folders = ["changes", "work"].map { disk.path.appending($0) }
            let state = project.root.appending("state")
            for folder in folders + [state] { try folder.createFolder() }
            do {
                try await Program.run(
                    "mount",
                    [
                        "-t", "overlay", "-o", "lowerdir=\(project.state),upperdir=\(folders[0]),workdir=\(folders[1])",
                        "overlay", state.string,
                    ], deadline: .seconds(10))
            } catch {
                throw FaultImpossible("a folder cannot be laid over another: \(error)")
            }
            trial.project.state = state
            return try await withCleanup {
                try await body(trial, disk)
            } cleanup: {
                _ = try? await Program.run("umount", ["--lazy", state.string], deadline: .seconds(10))
            }
        }
    }

    /// The same trial on a host whose /dev/kvm is `file`, for the factory alone.
    func withKVM(_ file: FilePath) throws -> FaultTrial {
        guard FilePath("/dev/kvm").exists else { throw FaultImpossible("there is no /dev/kvm to lay something over") }
        var trial = self
        trial.launcher = [
            "/usr/bin/unshare", "--mount", "/bin/sh", "-c", "mount --bind \"$0\" /dev/kvm && exec \"$@\"", file.string,
        ]
        return trial
    }

    /// The same trial in a state in which KVM once did well on this host.
    func rememberingKVM() throws -> FaultTrial {
        var names = utsname()
        uname(&names)
        let release = withUnsafeBytes(of: &names.release) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        let boot = try FilePath("/proc/sys/kernel/random/boot_id").readText().prefix(36)
        let canOpen = access("/dev/kvm", R_OK | W_OK) == 0
        let memory = """
            {"host":"\(release) \(boot) \(canOpen)","verdict":{"accelerator":"kvm","reason":"KVM worked yesterday"}}
            """
        try project.state.createFolder()
        try project.state.appending("accelerator.json").write(memory.utf8)
        return self
    }
}
