package import GuestAgent
internal import HostSystem

/// What a guest says of its disks, its memory and its network, once something in it has failed.
package struct GuestState: Sendable, Equatable {
    /// File systems with hardly any room or inodes left, a sentence each.
    package var fullFileSystems: [String] = []
    /// Whether every file system was looked at and has room.
    package var isRoomy: Bool?
    /// Its kernel's lines of processes that it killed for memory, the newest first.
    package var outOfMemory: [String] = []
    /// Whether it has a way out into a network; nil if it did not say.
    package var hasRoute: Bool?

    /// A state of which nothing is known.
    package init() {}

    /// Reads what ``script`` prints.
    package init(_ text: String) {
        var fileSystems = 0
        for line in text.split(separator: "\n").prefix(200) {
            let fields = line.split(separator: "\t", maxSplits: 4).map(String.init)
            switch (fields.first, fields.count) {
            case ("space", 5):
                fileSystems += 1
                guard let size = Int64(fields[2]), let free = Int64(fields[3]) else { continue }
                if Self.isFull(free: free, of: size) {
                    fullFileSystems.append(
                        "\(fields[4]) has \(ByteCount(free << 10)) of \(ByteCount(size << 10)) left")
                }
            case ("inodes", 5):
                guard let size = Int64(fields[2]), let free = Int64(fields[3]), size > 0, free < 16 else { continue }
                fullFileSystems.append("\(fields[4]) has \(free) of \(size) inodes left")
            case ("killed", 2...): outOfMemory.insert(fields.dropFirst().joined(separator: " "), at: 0)
            case ("route", 2): hasRoute = fields[1] == "yes"
            default: continue
            }
        }
        if fileSystems > 0 { isRoomy = fullFileSystems.isEmpty }
    }

    /// The state of the guest behind `agent`; nil if it does not tell.
    ///
    /// - Parameter since: How long ago what failed had begun; older killings are not its.
    package static func ask(_ agent: Agent, since: Duration) async -> GuestState? {
        let seconds = "\(since.components.seconds + 1)"
        guard let text = try? await agent.shell(script, [seconds], deadline: .seconds(15)).text else { return nil }
        return GuestState(text)
    }

    /// What the state has to say about a cause.
    func remarks(on cause: FailureCause) -> [String] {
        switch cause {
        case .guestDiskFull: fullFileSystems
        case .networkAbsent where hasRoute == false: ["the guest has no default route"]
        case .networkAbsent where hasRoute == true: ["the guest has a default route, and nobody answers there"]
        default: []
        }
    }

    /// Full is what has neither 64 MiB nor a tenth left: a package manager that gave up has cleaned up behind itself.
    private static func isFull(free: Int64, of size: Int64) -> Bool {
        size > 0 && free < 64 << 10 && free < size / 10
    }

    /// Prints a line for each file system (KiB and inodes), each killing of the last `$1` seconds, and for the route.
    static let script = """
        export LC_ALL=C
        skip='^(devtmpfs|overlay|squashfs|iso9660|efivarfs|ramfs)$'
        df -PkT 2>/dev/null | awk -v skip="$skip" 'NR > 1 && $2 !~ skip { print "space\\t" $2 "\\t" $3 "\\t" $5 "\\t" $7 }'
        df -PiT 2>/dev/null | awk -v skip="$skip" 'NR > 1 && $2 !~ skip { print "inodes\\t" $2 "\\t" $3 "\\t" $5 "\\t" $7 }'
        read -r uptime rest </proc/uptime
        dmesg 2>/dev/null | awk -v start="$((${uptime%%.*} - $1))" '
            /ut of memory: Killed process/ {
                stamp = $0; sub(/^[^[]*\\[ */, "", stamp); sub(/\\].*/, "", stamp)
                if (stamp + 0 >= start) print "killed\\t" $0
            }' | tail -n 3
        if awk '$2 == "00000000" && $8 == "00000000" { found = 1 } END { exit !found }' /proc/net/route 2>/dev/null ||
            ip -6 route show default 2>/dev/null | grep -q .
        then printf 'route\\tyes\\n'; else printf 'route\\tno\\n'; fi
        """
}
