internal import CPidfd
internal import Foundation
internal import HostSystem
internal import Synchronization
internal import SystemPackage

/// The process that runs one machine, held from its start on so that its end can be looked into.
///
/// libvirt tells that QEMU ended, but not how: QEMU is the child of neither it nor us.
final class QEMUProcess: Sendable {
    /// Its number.
    let id: pid_t
    private let descriptor: FileDescriptor
    private let memory: Mutex<MemoryKills>
    private let kernelLog: KernelLog?
    private let hostKills = HostMemory.kills()
    private let adopted: AdoptedEnd

    /// The process of the machine `name` that has its files in `folder`; nil if there is none, or if it may not be seen.
    init?(of name: String, in folder: FilePath) {
        guard let found = MachineProcess.all(in: folder).first(where: { $0.machine == name })?.id else { return nil }
        let raw = imagefactory_pidfd_open(found)
        guard raw >= 0 else { return nil }
        id = found
        descriptor = FileDescriptor(rawValue: raw)
        memory = Mutex(MemoryKills(of: found))
        kernelLog = KernelLog()
        adopted = AdoptedEnd(of: raw)
    }

    deinit {
        try? descriptor.close()
    }

    /// Takes note of the memory groups that it is in by now; after its end nobody can tell.
    func noteMemoryGroups() {
        memory.withLock { $0.note(of: id) }
    }

    /// `T` for a process that a signal stopped, `D` for one that waits for a device, `R`, `S` and so on; nil after its end.
    var state: Character? {
        statusText.flatMap { ProcessStatus($0)?.state }
    }

    /// How long its threads have waited for a processor that others had, as far as they still run.
    var waitingTime: Duration {
        let threads = FilePath("/proc/\(id)/task")
        let nanoseconds = threads.folderEntries.map { thread in
            // The second number of `schedstat`, which the kernel's documentation describes under scheduler/sched-stats.
            let text = try? threads.appending(thread).appending("schedstat").readText(limit: ByteCount(4096))
            let numbers = text?.split(separator: " ") ?? []
            return numbers.count > 1 ? Int64(numbers[1]) ?? 0 : 0
        }
        return .nanoseconds(nanoseconds.reduce(0, &+))
    }

    /// Ends it at once, unless it has ended, and waits until it is gone, for at most a minute: one that waits for a disk
    /// takes its time.
    func end() async {
        _ = imagefactory_pidfd_send_signal(descriptor.rawValue, SIGKILL)
        _ = try? await poll(every: .milliseconds(20), deadline: .seconds(60), for: "the end of QEMU") {
            hasEnded ? true : nil
        }
    }

    /// All that this host tells about its end; to be asked soon after it.
    func findings() async -> Findings {
        let end = try? await poll(every: .milliseconds(20), deadline: .seconds(2), for: "the end of QEMU") { knownEnd }
        return Findings(
            process: id, end: end, kernelLines: kernelLog?.newLines().filter { $0.contains("qemu") },
            groups: memory.withLock { $0.rises() }, hostKills: HostMemory.kills() - hostKills)
    }

    /// What is known about the process's end.
    struct Findings: Sendable {
        /// The process's number.
        var process: pid_t = 0
        /// How it ended; nil if that cannot be known.
        var end: ProcessEnd?
        /// What the kernel said since the machine's start of this or any QEMU; nil if this user may not read it.
        var kernelLines: [String]?
        /// Sentences about the process's memory groups in which the kernel has killed something since.
        var groups: [String] = []
        /// How many processes the kernel has killed for want of memory since, on the whole host.
        var hostKills = 0
    }

    private var hasEnded: Bool {
        var wait = pollfd(fd: descriptor.rawValue, events: Int16(POLLIN), revents: 0)
        return Foundation.poll(&wait, 1, 0) == 1
    }

    private var knownEnd: ProcessEnd? {
        guard hasEnded else { return nil }
        if let end = adopted.known { return end }
        var status: Int32 = 0
        if imagefactory_pidfd_exit_status(descriptor.rawValue, &status) == 0 { return ProcessEnd(waitStatus: status) }
        // Its parent has not taken note yet; a later process cannot have its number before that.
        return statusText.flatMap(ProcessEnd.init(processStatus:))
    }

    private var statusText: String? {
        try? FilePath("/proc/\(id)/stat").readText(limit: .mebibytes(1))
    }
}
