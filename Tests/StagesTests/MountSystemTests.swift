import HostSystem
import SystemPackage
import Testing

@testable import Stages

/// The script that mounts the system on a disk, with programs that stand in for those that need one.
struct MountSystemTests {
    @Test func mountsAFolderBeforeWhatIsInIt() async throws {
        let lines = try await mount(
            """
            /dev/sda3      /srv/data ext4 defaults 0 2
            /dev/sda2 /srv ext4 defaults 0 2
            """)
        #expect(
            lines == [
                "volume\t/dev/sda1\text4", "mounted\t/\t/dev/sda1\text4", "mounted\t/srv\t/dev/sda2\text4",
                "mounted\t/srv/data\t/dev/sda3\text4",
            ])
    }

    @Test func saysWhatOnlyTheSystemItselfMounts() async throws {
        let lines = try await mount(
            """
            LABEL=data /srv ext4 defaults 0 2
            /dev/sda2 /missing ext4 defaults 0 2
            LABEL=stick /srv/data auto rw,user,noauto 0 0
            /dev/sda3 /media/usb0 auto rw,user,noauto 0 0
            LABEL=more /more ext4 defaults,nofail 0 2
            /dev/vdb /mnt auto defaults,nofail,x-systemd.requires=cloud-init.service 0 2
            """)
        #expect(
            lines.dropFirst(2) == [
                "left\t/missing\tthere is no such folder", "left\t/srv\tLABEL=data is not on the disk",
            ])
    }

    /// What the script prints of a system on the first of three volumes, with a table of file systems.
    private func mount(_ table: String) async throws -> [String] {
        try await TestProject.with { project in
            try project.write("ID=debian\n", to: "system/etc/os-release")
            try project.write(table + "\n", to: "system/etc/fstab")
            try project.root.pushing("system/srv/data").createFolder()
            try project.writeProgram("printf '/dev/sda%d part\\n' 1 2 3", named: "lsblk")
            try project.writeProgram(
                #"shift; for path; do case $path in */image) echo /dev/sda ;; *) echo "$path" ;; esac; done"#,
                named: "readlink")
            try project.writeProgram("echo ext4", named: "blkid")
            try project.writeProgram("exit 1", named: "findfs")
            for name in ["mount", "umount", "mountpoint"] { try project.writeProgram("exit 0", named: name) }
            return try await Program.run(
                "/bin/sh", ["-s", project.root.appending("system").string, "ro"],
                input: PackageResources.words_sh + PackageResources.mount_system_sh, environment: project.programs,
                deadline: .seconds(60)
            ).text.split(separator: "\n").map(String.init)
        }
    }
}
