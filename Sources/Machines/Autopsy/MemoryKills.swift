internal import Foundation
internal import HostSystem
internal import SystemPackage

/// How often the kernel has killed for memory in the groups that a process is in (`cgroups(7)`).
///
/// It counts a killing in the group of the killed, whichever group above that had reached its limit.
struct MemoryKills {
    private struct Group {
        let first: Int
        let limit: String
    }

    private var groups: [FilePath: Group] = [:]

    /// The counts in the groups of `process` by now.
    init(of process: pid_t) {
        note(of: process)
    }

    /// Takes the groups up that the process has been moved into.
    mutating func note(of process: pid_t) {
        guard let text = try? FilePath("/proc/\(process)/cgroup").readText(limit: .mebibytes(1)) else { return }
        for group in Self.groups(in: text) where groups[group] == nil {
            guard let count = Self.count(in: group) else { continue }
            groups[group] = Group(first: count, limit: Self.limit(above: group))
        }
    }

    /// A sentence for each group whose count has risen.
    func rises() -> [String] {
        groups.sorted { $0.key.string.count > $1.key.string.count }.compactMap { path, group in
            guard let count = Self.count(in: path), count > group.first else { return nil }
            return "the kernel has killed for memory in the group \(path), whose limit is \(group.limit)"
        }
    }

    /// The folders of a process's memory groups, from `/proc/PID/cgroup`: one controller's hierarchy in version 1, the only
    /// one in version 2.
    static func groups(in text: String, root: FilePath = "/sys/fs/cgroup") -> [FilePath] {
        text.split(separator: "\n").flatMap { line -> [FilePath] in
            let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard fields.count == 3, fields[2].hasPrefix("/"), !fields[2].contains("..") else { return [] }
            var bases: [FilePath] = []
            if fields[1].split(separator: ",").contains("memory") { bases = [root.appending("memory")] }
            if fields[0] == "0" { bases = [root, root.appending("unified")] }
            let path = String(fields[2].drop { $0 == "/" })
            return bases.map { $0.appending(path) }
        }
    }

    /// `oom_kill` in version 1's `memory.oom_control`, or in version 2's `memory.events.local`, which older kernels lack.
    private static func count(in group: FilePath) -> Int? {
        for name in ["memory.oom_control", "memory.events.local", "memory.events"] {
            guard let text = try? group.appending(name).readText(limit: .mebibytes(1)) else { continue }
            return HostMemory.value(of: "oom_kill", in: text)
        }
        return nil
    }

    /// The limit of the closest group that has one.
    private static func limit(above group: FilePath) -> String {
        var step = group
        repeat {
            if let limit = limit(of: step) { return limit.description }
        } while step.removeLastComponent()
        return "the host's memory"
    }

    private static func limit(of group: FilePath) -> ByteCount? {
        for name in ["memory.limit_in_bytes", "memory.max"] {
            guard let text = try? group.appending(name).readText(limit: .mebibytes(1)) else { continue }
            // Version 1 writes the largest number of pages where there is no limit, and version 2 'max'.
            return Int64(text.prefix { $0 != "\n" }).flatMap { $0 < 1 << 50 ? ByteCount($0) : nil }
        }
        return nil
    }
}

/// What the host counts of its own want of memory.
enum HostMemory {
    /// How many processes the kernel has killed for want of memory since the host's start.
    static func kills() -> Int {
        let text = (try? FilePath("/proc/vmstat").readText(limit: .mebibytes(1))) ?? ""
        return value(of: "oom_kill", in: text) ?? 0
    }

    /// The number after `name` in lines of `name number`.
    static func value(of name: String, in text: String) -> Int? {
        for line in text.split(separator: "\n") where line.hasPrefix("\(name) ") {
            return Int(line.dropFirst(name.count + 1))
        }
        return nil
    }
}
