import HostSystem
import Testing

@testable import Deployment

/// Plans refuse what the cluster would not take, or would take for something else.
struct PlanTests {
    @Test(arguments: [
        ("we b", "local", "vmbr0"), ("web;x", "local", "vmbr0"), ("", "local", "vmbr0"), ("web", "lo,cal", "vmbr0"),
        ("web", "local", "vmbr0,firewall=1"), ("web", "", "vmbr0"),
        (String(repeating: "a", count: 64), "local", "vmbr0"),
    ])
    func refusesWordsThatAreMore(_ name: String, _ storage: String, _ bridge: String) {
        #expect(throws: ProxmoxPlanError.self) {
            try TemplatePlan(name: name, nodes: nil, storage: storage, importStorage: "local", bridge: bridge)
        }
    }

    @Test func namesMachines() throws {
        #expect(try MachinePlan(name: "web", count: 1).names == ["web"])
        #expect(try MachinePlan(name: "web", count: 2).names == ["web-1", "web-2"])
        #expect(throws: ProxmoxPlanError.self) { try MachinePlan(name: "web_1", count: 1) }
        #expect(throws: ProxmoxPlanError.self) { try MachinePlan(name: "web", count: 0) }
    }

    @Test func encodesKeysOnceMoreThanTheFormDoes() throws {
        var shape = CloneShape()
        shape.keys = ["ssh-ed25519 AAA+b/c= ada@host", "ssh-ed25519 DDD"]
        let value = try #require(shape.cloudInit().first { $0.0 == "sshkeys" }?.1)
        #expect(value == "ssh-ed25519%20AAA%2Bb%2Fc%3D%20ada%40host%0Assh-ed25519%20DDD")
        #expect(PercentEncoding.form([("sshkeys", value)]).hasPrefix("sshkeys=ssh-ed25519%2520AAA%252Bb"))
    }

    @Test func givesNoMachineAPasswordThatNobodyTold() throws {
        var shape = CloneShape()
        shape.password = .hidden
        #expect(throws: HiddenPasswordError.self) { try shape.cloudInit() }
    }

    @Test func isAnotherTemplateWithOtherSettings() throws {
        let plan = try TemplatePlan(name: "web", nodes: nil, storage: "lvm", importStorage: "local", bridge: "vmbr0")
        var other = plan
        other.cores = 4
        #expect(plan.settingsDigest != other.settingsDigest)
        var later = plan
        later.keep = 9
        #expect(plan.settingsDigest == later.settingsDigest)
    }
}
