import HostSystem
import Stages
import SystemPackage
import Testing

struct AppArmorTests {
    /// A host's files, and what they mean.
    struct Host: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var enabled = "Y\n"
        var own = "unconfined\n"
        var profiles: String? = "libvirtd (enforce)\nlibvirtd//qemu_bridge_helper (enforce)\n"
        let isHarmless: Bool
        let sign: String
    }

    @Test(arguments: [
        Host(testDescription: "switched off", enabled: "N\n", isHarmless: true, sign: "off"),
        Host(testDescription: "libvirt's own profiles", isHarmless: true, sign: "neither this program nor QEMU"),
        Host(testDescription: "profiles that root alone may read", profiles: nil, isHarmless: true, sign: "only root"),
        Host(
            testDescription: "a profile for this program", own: "builders (enforce)\n", isHarmless: false,
            sign: "the profile 'builders' confines this program"),
        Host(
            testDescription: "a profile that only complains", own: "builders (complain)\n",
            profiles: "/usr/bin/qemu-system-x86_64 (complain)\n", isHarmless: true,
            sign: "neither this program nor QEMU"),
        Host(
            testDescription: "a profile for QEMU",
            profiles: "libvirtd (enforce)\n/usr/bin/qemu-system-x86_64 (enforce)\n",
            isHarmless: false, sign: "the profile '/usr/bin/qemu-system-x86_64' confines QEMU"),
    ])
    func saysWhetherItLeavesBuildsAlone(host: Host) async throws {
        try await TestProject.with { project in
            try project.write(host.enabled, to: "sys/module/apparmor/parameters/enabled")
            try project.write(host.own, to: "proc/self/attr/apparmor/current")
            if let profiles = host.profiles {
                try project.write(profiles, to: "sys/kernel/security/apparmor/profiles")
            }
            let found = AppArmor(root: project.root)
            #expect(found.isHarmless == host.isHarmless)
            #expect(found.summary.contains(host.sign), "\(found.summary)")
        }
    }

    @Test func findsNoneOnAKernelWithoutIt() async throws {
        try await TestProject.with { project in
            #expect(AppArmor(root: project.root).isHarmless)
        }
    }
}
