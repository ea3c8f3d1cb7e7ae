import Attestation
import Foundation
import GuestAgent
import HostSystem
import Machines
import SystemPackage
import Testing
import VirtualMachineTestSupport

extension LongTests {
    /// A system with ZFS on root, from its ISO to a published image.
    @Suite(.timeLimit(.minutes(60)))
    struct ZFSTests {
        @Test func goesFromTheISOToASealedReleaseOnZFS() async throws {
            let lab = try #require(Lab.current)
            let name = "lab-debian13-zfs"
            let secret = String.randomHex(digits: 40)
            // Small and large files, of text that ZFS does not make smaller, deleted before the seal.
            let plant =
                "for n in $(seq 200); do echo \(secret) >/opt/$n; seq -f '\(secret) %g' $n >/root/$n; done; sync; rm /opt/* /root/*[0-9]"
            let template = try lab.shippedTemplate(name).replacing(
                "\ntests:", with: "\n  - run: { commands: \"\(plant)\" }\n\ntests:"
            ).replacing("formats: [qcow2]", with: "formats: [qcow2, vmdk, vhd, ova, raw]")
            let project = try lab.project([name: template])
            let ending = try await lab.turn {
                try await project.factory("build", name, "--version", "v1.0.0").run()
            }
            try #require(ending.status == 0, "\(ending.talk)")
            try project.expectNothingLeft()

            let release = project.output.appending("\(name)/v1.0.0")
            #expect(try release.appending("tests.junit.xml").readText().contains("failures=\"0\""))
            let boots = try ProvenSeal(of: release).boots()
            #expect(boots.map(\.format) == ["qcow2", "vmdk", "vhd", "ova", "raw"])
            for boot in boots { print("\(boot.format) on \(boot.bus) booted in \(boot.seconds) s") }
            let image = release.appending("\(name)-v1.0.0.qcow2")
            try await Program.run("qemu-img", ["check", image.string], deadline: .seconds(60))
            let size = try FileManager.default.attributesOfItem(atPath: image.string)[.size] as? Int ?? 0
            print("the image has \(size >> 20) MiB")
            #expect(
                (200 << 20..<800 << 20).contains(size),
                "no more than the system takes, without snapshots and free blocks")
            try await SealedDisk(image).expectNowhere(secret)

            let inventory = try JSONDecoder().decode(
                Inventory.self, from: Data(release.appending("inventory.json").readBytes(limit: .mebibytes(64))))
            #expect(inventory.packages.count > 200)
            for package in ["zfsutils-linux", "zfs-initramfs", "systemd-boot"] {
                #expect(inventory.packages.contains { $0.name == package }, "\(package)")
            }
            // On the root's own dataset, on others, and on the ESP.
            for path in [
                "/etc/hostname", "/var/lib/dpkg/status", "/usr/local/sbin/grow-disk", "/boot/efi/EFI/BOOT/BOOTX64.EFI",
            ] {
                #expect(inventory.files.contains { $0.path == path }, "\(path)")
            }
            try await lab.turn {
                try await PublishedImage(image).expectBoots(in: lab, onDiskOf: .gibibytes(12), expectPool)
            }
        }

        /// Expects the pool and the datasets of the installer's contract, no trace of the installation, and all of a larger disk.
        private func expectPool(in guest: Guest) async throws {
            func words(_ command: String) async throws -> [String] {
                let result = try await guest.agent.shell(command, deadline: .seconds(60))
                #expect(result.succeeded, "\(command): \(result.errorText)")
                return result.text.split(separator: "\n").map(String.init)
            }
            #expect(
                try await words("zfs list -H -o name,mountpoint,canmount").map { $0.replacing("\t", with: " ") }
                    == Self.datasets)
            #expect(
                try await words("zpool get -H -o value ashift,autotrim,compatibility,bootfs rpool")
                    == ["12", "on", "openzfs-2.3-linux", "rpool/ROOT/lab"])
            #expect(
                try await words("zfs get -H -o value compression,acltype,xattr rpool") == ["lz4", "posix", "on"])
            #expect(try await words("zfs list -H -t snapshot -o name") == [])
            #expect(try await words("zpool status -x") == ["all pools are healthy"])
            // What the random seed and the journal are below a dataset that was mounted after them.
            #expect(try await words("findmnt -rn -t zfs -o TARGET | sort") == Self.mounted)
            let size = try #require(try await words("zpool list -H -p -o size rpool").first.flatMap { Int($0) })
            #expect(size >= 11 << 30, "the pool has grown to the disk")
        }

        /// Name, mount point, and whether it is mounted by itself.
        private static let datasets = [
            "rpool none on", "rpool/ROOT none off", "rpool/ROOT/lab / noauto", "rpool/home /home on",
            "rpool/home/admin /home/admin on", "rpool/opt /opt on", "rpool/root /root on", "rpool/srv /srv on",
            "rpool/tmp /tmp on", "rpool/usr /usr off", "rpool/usr/local /usr/local on", "rpool/var /var off",
            "rpool/var/cache /var/cache on", "rpool/var/lib /var/lib on", "rpool/var/lib/kldload /var/lib/kldload on",
            "rpool/var/log /var/log on", "rpool/var/spool /var/spool on", "rpool/var/tmp /var/tmp on",
        ]
        private static let mounted = [
            "/", "/home", "/home/admin", "/opt", "/root", "/srv", "/tmp", "/usr/local", "/var/cache", "/var/lib",
            "/var/lib/kldload", "/var/log", "/var/spool", "/var/tmp",
        ]
    }
}
