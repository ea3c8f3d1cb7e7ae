import GuestAgent
import Libvirt
import Testing

@testable import Machines

struct DomainAgentChannelTests {
    /// The numbers are those of libvirt's `virErrorNumber`; 112 and 113 are there since 11.2.
    static let kinds: [(Int32, AgentError.Kind)] = [
        (1, .refused), (113, .refused), (86, .interrupted), (97, .timedOut), (112, .timedOut), (55, .unreachable),
        (38, .unreachable),
    ]

    @Test(arguments: kinds)
    func tellsTheKindOfAnErrorByItsNumber(code: Int32, kind: AgentError.Kind) {
        #expect(DomainAgentChannel.kind(of: LibvirtError.Code(rawValue: code)) == kind)
    }
}
