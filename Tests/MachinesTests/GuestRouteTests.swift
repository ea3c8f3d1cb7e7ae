import Foundation
import HostSystem
import Testing

@testable import Machines

/// What the script finds in a system whose network is known: a name space of its own (`unshare(1)`).
@Suite(.enabled(if: geteuid() == 0, "only root may make a network"), .timeLimit(.minutes(1)))
struct GuestRouteTests {
    @Test(arguments: [
        ("", false), ("ip route add 192.0.2.0/24 dev lo", false), ("ip route add default dev lo", true),
        ("ip -6 route add default dev lo", true),
    ])
    func findsTheWayOut(route: String, hasRoute: Bool) async throws {
        let said = try await Program.run(
            "unshare",
            ["--net", "sh", "-c", "ip link set lo up\n\(route)\nexec sh -c \"$0\" sh 1", GuestState.script],
            deadline: .seconds(30)
        ).text
        #expect(GuestState(said).hasRoute == hasRoute)
    }
}
