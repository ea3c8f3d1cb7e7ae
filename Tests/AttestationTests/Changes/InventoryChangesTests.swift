import Attestation
import DiskImages
import Foundation
import HostSystem
import Testing

struct InventoryChangesTests {
    /// The example a release later, with a change of every kind.
    static let next: ComparedImage = {
        var inventory = Inventory.debian
        inventory.system.prettyName = "Debian GNU/Linux 13.3 (trixie)"
        inventory.packages.removeAll { $0.name == "intel-microcode" }
        for index in inventory.packages.indices where inventory.packages[index].name == "openssh-server" {
            inventory.packages[index].version = "1:10.0p1-7+deb13u2"
        }
        inventory.packages.append(
            InstalledPackage(kind: .deb, name: "htop", version: "3.4.1-5", architecture: "amd64"))
        for index in inventory.files.indices {
            switch inventory.files[index].path {
            case "/usr/sbin/sshd": inventory.files[index].sha256 = Digest.of("sshd 2")
            case "/etc/hostname": inventory.files[index].mode = "0600"
            case "/etc/localtime": inventory.files[index].target = "/usr/share/zoneinfo/CET"
            case "/boot/efi/EFI/BOOT/BOOTX64.EFI": inventory.files[index].kind = .folder
            default: break
            }
        }
        inventory.files.append(InstalledFile(path: "/opt/app", kind: .folder, mode: "0755", user: 1000, group: 1000))
        inventory.files.append(InstalledFile(path: "/opt/app/a\u{1B}[2Jb", kind: .file, mode: "0644", size: 10))
        inventory.boot.commandLine = nil
        inventory.boot.loaders[0].sha256 = Digest.of("loader 2")
        inventory.accounts[0].password = .set
        inventory.accounts.append(
            Account(name: "web", user: 1000, group: 1000, home: "/opt/app", shell: "/bin/sh", password: .locked))
        inventory.groups[0].members = ["web"]
        inventory.units[0].state = .masked
        return ComparedImage(
            inventory, template: "web", version: "v1.3.0",
            images: [
                ImageFile(
                    format: .qcow2, file: "web-v1.3.0.qcow2", size: 200, sha256: Digest.of("x"), virtualSize: 9 << 30)
            ],
            ports: [
                ListeningPort(transport: .tcp, address: "::", port: 22, program: "sshd"),
                ListeningPort(transport: .udp, address: "127.0.0.1", port: 323),
            ])
    }()

    static let before = ComparedImage(
        .debian, template: "web", version: "v1.2.0", images: ImageFile.web,
        ports: [ListeningPort(transport: .tcp, address: "::", port: 22, program: "systemd")])

    static let changes = InventoryChanges(from: before, to: next)

    @Test func tellsPeopleWhatChanged() {
        let expected = """
            web v1.2.0 -> web v1.3.0
            system: Debian GNU/Linux 13 (trixie) -> Debian GNU/Linux 13.3 (trixie)
            packages: 1 removed, 1 added, 1 upgraded
              - intel-microcode 3.20260101.1~deb13u1
              + htop 3.4.1-5
              > openssh-server 1:10.0p1-7+deb13u1 -> 1:10.0p1-7+deb13u2
            files: 2 added, 4 changed; 1 of them in packages that changed
              + /opt/app/ and 1 below it
              ~ /boot/efi/EFI/BOOT/BOOTX64.EFI: file -> folder
              ~ /etc/hostname: mode 0644 -> 0600
              ~ /etc/localtime: leads to /usr/share/zoneinfo/Etc/UTC -> /usr/share/zoneinfo/CET
            boot loaders: 1 changed
              ~ /boot/efi/EFI/BOOT/BOOTX64.EFI (\(Digest.of("loader").short)) -> \
            /boot/efi/EFI/BOOT/BOOTX64.EFI (\(Digest.of("loader 2").short))
            kernel command line: root=/dev/vda2 ro -> none
            accounts: 1 added, 1 changed
              + web (1000:1000, /opt/app, /bin/sh, password locked)
              ~ root (0:0, /root, /bin/bash, password locked) -> root (0:0, /root, /bin/bash, password set)
            groups: 1 changed
              ~ adm (4) -> adm (4: web)
            units: 1 changed
              ~ ssh.service: enabled -> masked
            listening ports: 1 added, 1 changed
              + udp 127.0.0.1:323
              ~ tcp [::]:22 (systemd) -> tcp [::]:22 (sshd)
            size installed: 9.2 KiB -> 9.2 KiB (+10 B)
            size of qcow2: 123 B -> 200 B (+77 B)
            size of its disk: 8 GiB -> 9 GiB (+1 GiB)
            size of ova: 456 B -> none
            size of its disk: 8 GiB -> none

            """
        #expect(Self.changes.text() == expected)
    }

    @Test func listsWhatPackagesExplainOnlyWhenAllIsWanted() {
        #expect(!Self.changes.text().contains("/usr/sbin/sshd"))
        #expect(Self.changes.text(all: true).contains("  ~ /usr/sbin/sshd: content\n"))
    }

    @Test func cutsLongListsUnlessAllIsWanted() {
        var many = Inventory.debian
        many.units += (1...40).map { SystemUnit(name: "job-\($0).timer", state: .static) }
        let changes = InventoryChanges(from: .debian, to: many)
        #expect(changes.text().contains("units: 40 added\n"))
        #expect(changes.text().contains("  … and 28 more\n"))
        #expect(changes.text().split(separator: "\n").count == 1 + 1 + 12 + 1 + 1)
        #expect(changes.text(all: true).split(separator: "\n").count == 1 + 1 + 40 + 1)
        #expect(!changes.text(all: true).contains("…"))
    }

    /// One line more is better than a word about it.
    @Test func doesNotCutOneLine() {
        var many = Inventory.debian
        many.units += (1...13).map { SystemUnit(name: "job-\($0).timer", state: .static) }
        #expect(!InventoryChanges(from: .debian, to: many).text().contains("…"))
    }

    @Test func showsNamesAsTextAlone() throws {
        var renamed = Inventory.debian
        renamed.files.append(InstalledFile(path: "/a\u{1B}[2J\u{202E}b\nc", kind: .file, mode: "0644"))
        let text = InventoryChanges(from: .debian, to: renamed).text()
        #expect(text.contains("  + /a?[2J?b?c\n"))
    }

    @Test func findsNothingInTheSameImage() throws {
        let same = InventoryChanges(from: .debian, to: .debian)
        #expect(same.isEmpty)
        #expect(same.text().contains("nothing that the inventories tell differs\n"))
        #expect(!Self.changes.isEmpty)
        #expect(InventoryChanges(from: .debian, to: Inventory.debian.shuffled).isEmpty)
    }

    @Test func turnsAroundWithItsSides() {
        let back = InventoryChanges(from: Self.next, to: Self.before)
        #expect(back.packages.added == Self.changes.packages.removed)
        #expect(back.packages.downgraded.map(\.name) == Self.changes.packages.upgraded.map(\.name))
        #expect(back.files.added == Self.changes.files.removed && back.files.removed == Self.changes.files.added)
        #expect(back.files.changed.map(\.path) == Self.changes.files.changed.map(\.path))
        #expect(back.sizes.installed.from == Self.changes.sizes.installed.to)
    }

    @Test func saysNothingOfPortsThatNobodyLookedAt() {
        var blind = Self.next
        blind.ports = nil
        #expect(InventoryChanges(from: Self.before, to: blind).ports == nil)
    }

    @Test func isReadAsItWasWritten() throws {
        let bytes = try Self.changes.json()
        #expect(try JSONDecoder().decode(InventoryChanges.self, from: Data(bytes)) == Self.changes)
        let shuffled = ComparedImage(
            Self.next.inventory.shuffled, template: "web", version: "v1.3.0", images: Self.next.images,
            ports: Self.next.ports)
        #expect(try InventoryChanges(from: Self.before, to: shuffled).json() == bytes)
    }
}
