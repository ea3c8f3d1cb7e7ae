internal import Attestation
internal import Foundation
internal import GuestAgent
internal import HostSystem
internal import SystemPackage

/// Finds the ports at which a guest listens, in the kernel's own tables (proc(5)).
enum OpenPorts {
    static let fileName = "ports.json"
    private static let deadline: Duration = .seconds(300)

    /// Prints a line for each socket, `KIND` and the fields of its table; for each of a process's, `fd [INODE] PROGRAM`; and
    /// where the ports begin that the kernel gives to whoever asks for none.
    ///
    /// A system has thousands of open files: a program for each of them would take an emulated guest half a minute.
    static let script = """
        for kind in tcp tcp6 udp udp6; do
            [ ! -r /proc/net/$kind ] || sed "1d;s/^/$kind /" /proc/net/$kind
        done
        echo ephemeral $(cat /proc/sys/net/ipv4/ip_local_port_range)
        { ls -l /proc/[0-9]*/exe; ls -l /proc/[0-9]*/fd; } 2>/dev/null | awk '
            /^\\/proc\\/[0-9]+\\/fd:$/ { process = substr($0, 1, length($0) - length("/fd:")); next }
            { arrow = index($0, " -> "); if (!arrow) next; target = substr($0, arrow + length(" -> ")) }
            match($0, /\\/proc\\/[0-9]+\\/exe -> /) {
                program[substr($0, RSTART, RLENGTH - length("/exe -> "))] = target
                next
            }
            process in program && sub(/^socket:/, "", target) { print "fd", target, program[process] }'
        true
        """

    /// The ports, sorted.
    static func find(by agent: Agent) async throws -> [ListeningPort] {
        ports(in: try await agent.shell(script, deadline: deadline).text)
    }

    /// Writes the ports into the stage's folder.
    static func save(_ ports: [ListeningPort], in folder: FilePath) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        try folder.appending(fileName).write(try encoder.encode(ports))
    }

    /// The ports among a run's reports; nil where no clone was looked at.
    static func load(from folder: FilePath) -> [ListeningPort]? {
        guard let bytes = try? folder.appending(fileName).readBytes() else { return nil }
        return try? StrictJSON.decode([ListeningPort].self, from: bytes)
    }

    /// Reads what the script printed; what makes no sense is passed over.
    static func ports(in text: String) -> [ListeningPort] {
        let lines = text.split(whereSeparator: \.isNewline).map { $0.split(separator: " ") }
        var programs: [Substring: String] = [:]
        for line in lines where line.count >= 3 && line[0] == "fd" {
            let inode = line[1].dropFirst().dropLast()
            programs[inode] = min(programs[inode] ?? "\u{10FFFF}", line[2...].joined(separator: " "))
        }
        let ephemeral = lines.first { $0.count == 3 && $0[0] == "ephemeral" }.flatMap { Int($0[1]) } ?? 32768
        let ports = lines.compactMap { port($0, programs, below: ephemeral) }
        return Set(ports).sorted { $0.order.lexicographicallyPrecedes($1.order) }
    }

    /// One socket: `KIND SL: LOCAL REMOTE STATE …`, of which the inode is the tenth of the table.
    private static func port(
        _ fields: [Substring], _ programs: [Substring: String], below ephemeral: Int
    ) -> ListeningPort? {
        guard fields.count >= 11, let kind = Kind(rawValue: String(fields[0])) else { return nil }
        let local = fields[2].split(separator: ":")
        guard local.count == 2, let address = address(local[0]), let port = Int(local[1], radix: 16), 1...65535 ~= port
        else { return nil }
        switch kind.transport {
        case .tcp: guard fields[4] == "0A" else { return nil }
        case .udp: guard port < ephemeral, fields[3].hasSuffix(":0000") else { return nil }
        }
        return ListeningPort(transport: kind.transport, address: address, port: port, program: programs[fields[10]])
    }

    private enum Kind: String {
        case tcp, tcp6, udp, udp6

        var transport: ListeningPort.Transport { self == .tcp || self == .tcp6 ? .tcp : .udp }
    }

    /// An address in words of 4 bytes, each a number in the processor's own order of bytes.
    private static func address(_ digits: Substring) -> String? {
        guard digits.utf8.count == 8 || digits.utf8.count == 32 else { return nil }
        var bytes: [UInt8] = []
        var rest = digits
        while !rest.isEmpty {
            guard let word = UInt32(rest.prefix(8), radix: 16) else { return nil }
            withUnsafeBytes(of: word.littleEndian) { bytes.append(contentsOf: $0) }
            rest = rest.dropFirst(8)
        }
        var text = [CChar](repeating: 0, count: 64)
        guard inet_ntop(bytes.count == 4 ? AF_INET : AF_INET6, bytes, &text, socklen_t(text.count)) != nil else {
            return nil
        }
        return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}

extension ListeningPort {
    /// What ports are sorted by.
    fileprivate var order: [String] {
        [transport.rawValue, String(format: "%05d", port), address, program ?? ""]
    }
}
