import Attestation
import CrashTestSupport
import Foundation
import HostSystem
import RandomTestSupport
import Testing

@testable import Stages

struct OpenPortsTests {
    private static let text = """
        tcp    0: 00000000:0016 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 901 1 0 100 0 0 10 0
        tcp    1: 0100007F:0016 0100007F:D431 01 00000000:00000000 00:00000000 00000000     0        0 902 1 0 100 0 0 10 0
        tcp6   0: 00000000000000000000000000000000:0016 00000000000000000000000000000000:0000 0A 0:0 00:0 0 0 0 903 1 0
        tcp6   1: B80D0120000000000000000001000000:1F90 00000000000000000000000000000000:0000 0A 0:0 00:0 0 0 0 904 1 0
        udp    5: 00000000:0044 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 905 2 0 0
        udp    6: 00000000:C350 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 906 2 0 0
        udp    7: 0100007F:0035 0100007F:0035 01 00000000:00000000 00:00000000 00000000     0        0 907 2 0 0
        tcp    nonsense
        tcp    8: 0000:0016 0:0 0A 0 0 0 0 0 901 1
        ephemeral 32768 60999
        fd [901] /usr/sbin/sshd
        fd [901] /usr/lib/systemd/systemd
        fd [905] /usr/bin/a program (deleted)
        """

    @Test func readsTheKernelsTables() {
        #expect(
            OpenPorts.ports(in: Self.text) == [
                ListeningPort(transport: .tcp, address: "0.0.0.0", port: 22, program: "/usr/lib/systemd/systemd"),
                ListeningPort(transport: .tcp, address: "::", port: 22, program: nil),
                ListeningPort(transport: .tcp, address: "2001:db8::1", port: 8080, program: nil),
                ListeningPort(transport: .udp, address: "0.0.0.0", port: 68, program: "/usr/bin/a program (deleted)"),
            ])
    }

    /// A real socket of this process, found by the script that runs in guests.
    @Test func findsAPortThatAProgramHoldsOpen() async throws {
        let socket = Foundation.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(socket) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(socket, $0, size) == 0 && listen(socket, 1) == 0 && getsockname(socket, $0, &size) == 0
            }
        }
        #expect(bound)
        let said = try await Program.run("/bin/sh", ["-c", OpenPorts.script], deadline: .seconds(60)).text
        let expected = ListeningPort(
            transport: .tcp, address: "127.0.0.1", port: Int(UInt16(bigEndian: address.sin_port)),
            program: try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
        #expect(OpenPorts.ports(in: said).contains(expected))
    }

    @Test func neverCrashesOnRandomDamage() {
        var random = SeededRandom(seed: 13)
        for _ in 0..<300 {
            let text = String(decoding: damaged(Self.text, using: &random), as: UTF8.self)
            #expect(OpenPorts.ports(in: text).count <= 9)
        }
    }
}
