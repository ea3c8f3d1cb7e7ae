import HostSystem
import Testing

@testable import Deployment

/// Rights as the cluster tells them, and what is needed of them.
struct ProxmoxRightsTests {
    @Test func lookAtTheNearestPathThatIsTold() {
        let rights = ProxmoxRights([
            "/": ["VM.Audit": true, "SDN.Use": false], "/storage": ["Datastore.Audit": true],
            "/storage/local": ["Datastore.Allocate": false],
        ])
        #expect(rights.allow("VM.Audit", on: "/vms"))
        #expect(!rights.allow("SDN.Use", on: "/sdn/zones"), "it does not hold below its path")
        #expect(rights.allow("SDN.Use", on: "/"))
        #expect(rights.allow("Datastore.Audit", on: "/storage/other"))
        #expect(!rights.allow("Datastore.Audit", on: "/storage/local"), "a path of its own replaces what is above it")
        #expect(rights.allow("Datastore.Allocate", on: "/storage/local"))
        #expect(!ProxmoxRights([:]).allow("VM.Audit", on: "/"))
    }

    @Test func areOfOtherNamesFromNineOn() throws {
        let plan = try TemplatePlan(name: "web", nodes: nil, storage: "lvm", importStorage: "local", bridge: "vmbr0")
        func privileges(_ version: ProxmoxVersion) -> Set<String> {
            Set(ProxmoxNeeds(plan: plan, nodes: ["a"], version: version, way: nil).rights.flatMap(\.privileges))
        }
        #expect(privileges(ProxmoxVersion(major: 8, minor: 4)).contains("VM.Monitor"))
        #expect(!privileges(ProxmoxVersion(major: 9, minor: 0)).contains("VM.Monitor"))
        #expect(privileges(ProxmoxVersion(major: 9, minor: 0)).contains("VM.GuestAgent.Unrestricted"))
    }

    @Test func areThoseThatTheRolePrints() throws {
        var plan = try TemplatePlan(name: "web", nodes: nil, storage: "lvm", importStorage: "local", bridge: "vmbr0")
        plan.pool = "golden"
        plan.zone = "lab"
        for version in [ProxmoxVersion(major: 8, minor: 4), ProxmoxVersion(major: 9, minor: 1)] {
            let needs = ProxmoxNeeds(plan: plan, nodes: ["a"], version: version, way: .download(address: "", size: 1))
            let role = ProxmoxRole(
                storage: "lvm", importStorage: "local", bridge: "vmbr0", zone: "lab", pool: "golden")
            let text = role.commands.joined(separator: "\n")
            for right in needs.rights + [needs.removal] {
                #expect(right.privileges.contains { text.contains($0) }, "\(right)")
                #expect(text.contains(right.path) || right.path.hasPrefix("/nodes/"), "\(right)")
            }
        }
    }
}
