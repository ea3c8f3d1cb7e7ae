import HostSystem
import SystemPackage
import Testing

@testable import Machines

struct MachineCheckpointTests {
    private let files = MachineFiles(of: "if-1-build", in: RuntimeFolder(path: "/run/new"))
    private let saved = """
        <domain type='qemu'><name>if-1-build</name>
        <os firmware='efi'><type machine='q35'>hvm</type><nvram template='/vars'>/run/old/if-1-build.fd</nvram></os>
        <devices>
        <disk type='file' device='disk'><source file='/store/old &amp; gone/disk-0.qcow2' index='1'/>
        <backingStore type='file'><source file='/store/base.qcow2'/></backingStore><target dev='vda'/></disk>
        <serial type='unix'><source mode='bind' path='/run/old/if-1-build.c.s'/></serial>
        <console type='unix'><source mode='bind' path='/run/old/if-1-build.c.s'/></console>
        <channel type='unix'><source mode='bind' path='/run/old/if-1-build.a.s'/></channel>
        </devices></domain>
        """

    @Test func movesASavedMachineToOtherFiles() throws {
        let moved = try MachineCheckpoint.moved(saved, disk: "/store/new & here/disk-1.qcow2", files: files)
        #expect(!moved.contains("/run/old") && !moved.contains("backingStore"))
        #expect(moved.contains("/store/new &amp; here/disk-1.qcow2"))
        for path in [files.serial, files.agent, files.variables] { #expect(moved.contains(path.string)) }
        #expect(moved.contains("<name>if-1-build</name>"))
    }

    @Test(arguments: [("nvram", "novram"), ("device='disk'", "device='lun'")])
    func refusesAMachineThatIsNotOurs(part: String, other: String) {
        #expect(throws: CheckpointError.self) {
            try MachineCheckpoint.moved(saved.replacing(part, with: other), disk: "/d", files: files)
        }
    }

    @Test func asksForTheMemoryAndAnOverlay() {
        let checkpoint = MachineCheckpoint(folder: "/state/a b", name: "m")
        let xml = checkpoint.snapshotXML(device: "vda", overlay: "/store/<1>.qcow2")
        #expect(xml.contains("/state/a b/memory"))
        #expect(xml.contains("/store/&lt;1&gt;.qcow2") || xml.contains("/store/&lt;1>.qcow2"))
    }
}
