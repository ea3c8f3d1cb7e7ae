import Attestation
import Testing

@testable import DiskAudit

struct IdentityCheckTests {
    /// What a sealed system has.
    private static let sealed = [
        "/etc/machine-id": 0, "/etc/hostname": 4, "/etc/ssh/sshd_config": 100, "/var/log/dpkg.log": 0,
        "/var/log/wtmp": 0,
        "/boot/efi/EFI/BOOT/BOOTX64.EFI": 4000, "/etc/shadow": 500, "/root/.bashrc": 600, "/home/admin/.bashrc": 600,
        "/var/lib/systemd/deb-systemd-helper-enabled/x": 1, "/etc/wireguard/.keep": 0,
    ]

    @Test func findsNothingInASealedSystem() {
        let report = report(of: system())
        #expect(report.findings == [])
        #expect(report.checks.count { $0.outcome == .passed } == IdentityCheck.all.count + 2)
        #expect(report.checks.first { $0.name == "fallback-loader" }?.detail == "/boot/efi/EFI/BOOT/BOOTX64.EFI")
    }

    @Test(arguments: [
        ("/etc/ssh/ssh_host_ed25519_key", "ssh-host-keys"), ("/var/lib/dbus/machine-id", "dbus-machine-id"),
        ("/var/lib/systemd/random-seed", "random-seed"), ("/boot/efi/loader/random-seed", "random-seed"),
        ("/var/lib/systemd/credential.secret", "host-secrets"), ("/var/lib/cloud/data/instance-id", "cloud-init"),
        ("/var/lib/dhcp/dhclient.eth0.leases", "leases"), ("/var/lib/systemd/network/lease", "leases"),
        ("/var/lib/NetworkManager/secret_key", "network-secrets"),
        ("/etc/udev/rules.d/70-persistent-net.rules", "network-names"),
        ("/etc/netplan/50-cloud-init.yaml", "installer-network"), ("/etc/nvme/hostnqn", "nvme-names"),
        ("/etc/hostid", "zfs-identity"), ("/etc/zfs/zpool.cache", "zfs-identity"),
        ("/etc/lvm/devices/system.devices", "lvm-devices"), ("/etc/blkid.tab", "block-ids"),
        ("/etc/multipath/wwids", "multipath"), ("/etc/shadow-", "password-backups"),
        ("/home/admin/.ssh/authorized_keys", "authorized-keys"), ("/root/.ssh/id_rsa", "ssh-user-keys"),
        ("/root/.netrc", "credential-files"), ("/home/admin/.docker/config.json", "credential-files"),
        ("/root/.gnupg/private-keys-v1.d/A.key", "credential-files"), ("/home/admin/.bash_history", "histories"),
        ("/root/.local/share/fish/fish_history", "histories"), ("/var/log/journal/0a/system.journal", "logs"),
        ("/var/log/auth.log", "logs"), ("/var/log/syslog.1", "old-logs"),
        ("/root/kldload-install-logs/install.log", "installer"), ("/etc/kldload/secrets/x", "installer"),
        ("/etc/apt/apt.conf.d/01proxy", "build-access"), ("/tmp/leftover", "temporary-files"),
        ("/var/spool/cron/crontabs/admin", "jobs-and-mail"), ("/var/lib/systemd/coredump/core.x.zst", "crashes"),
        ("/var/cache/apt/archives/a_1_amd64.deb", "package-caches"), ("/etc/wireguard/wg0.conf", "vpn-keys"),
        ("/etc/kldload/ca/ca.key", "vpn-keys"), ("/var/lib/tailscale/tailscaled.state", "vpn-keys"),
        ("/etc/rancher/node/password", "cluster-nodes"), ("/etc/pki/consumer/key.pem", "subscriptions"),
        ("/etc/krb5.keytab", "domain-membership"), ("/etc/salt/minion_id", "managed-nodes"),
    ])
    func findsWhatIsLeft(path: String, check: String) {
        let report = report(of: system(with: [path: 10]))
        #expect(report.findings.map(\.check) == [check] && report.findings.map(\.path) == [path])
        #expect(report.checks.filter { $0.outcome == .failed }.map(\.name) == [check])
        // What is empty tells nothing.
        #expect(self.report(of: system(with: [path: 0])).findings == [])
    }

    @Test(arguments: ["/opt/ansible", "/srv/git/", "/var/www", "//var//spool/uucp//"])
    func looksIntoEveryAccountsHome(home: String) {
        let folder = "/" + home.split(separator: "/").joined(separator: "/")
        let names = [".bash_history", ".netrc", ".ssh/authorized_keys", ".ssh/id_ed25519", "tool.log"]
        let files = Dictionary(uniqueKeysWithValues: names.map { ("\(folder)/\($0)", 10) })
        let system = system(with: files, accounts: [account("tool", .locked, home: home)])
        #expect(system.homes == ["/home/admin", "/root", folder].sorted())
        let checks = ["authorized-keys", "credential-files", "histories", "ssh-user-keys"]
        #expect(report(of: system).findings.map(\.check).sorted() == checks)
        var declarations = AuditDeclarations()
        declarations.accountsWithKey = ["tool"]
        #expect(report(of: system, declarations).findings.map(\.check).sorted() == Array(checks.dropFirst()))
    }

    @Test(arguments: ["/", "", "/usr/sbin", "/dev/", "/nonexistent"])
    func takesNoSharedFolderForAHome(home: String) {
        let files = ["/usr/sbin/x": 1, "/dev/x": 1]
        #expect(
            system(with: files, accounts: [account("tool", .locked, home: home)]).homes == ["/home/admin", "/root"])
    }

    @Test func letsClonesShareADeclaredHostID() {
        var declarations = AuditDeclarations()
        declarations.sharesHostID = true
        let system = system(with: ["/etc/hostid": 4, "/etc/zfs/zpool.cache": 10])
        #expect(report(of: system, declarations).findings.map(\.path) == ["/etc/zfs/zpool.cache"])
    }

    @Test func wantsAnEmptyMachineID() {
        #expect(report(of: system(with: ["/etc/machine-id": 33])).findings.map(\.check) == ["machine-id"])
        let text = ["/etc/machine-id": "uninitialized\n"]
        #expect(report(of: system(with: ["/etc/machine-id": 14], texts: text)).findings == [])
        #expect(report(of: system(without: "/etc/machine-id")).findings.map(\.check) == ["machine-id"])
        // What a clone made while it booted is not listed.
        #expect(report(of: system(without: "/etc/machine-id", origin: .clone)).findings == [])
    }

    @Test func wantsALoaderThatFirmwareFindsByItself() {
        let report = report(of: system(without: "/boot/efi/EFI/BOOT/BOOTX64.EFI"))
        #expect(report.findings.map(\.kind) == ["fallback-loader"])
        let lower = system(without: "/boot/efi/EFI/BOOT/BOOTX64.EFI", with: ["/boot/efi/efi/boot/bootaa64.efi": 9])
        #expect(self.report(of: lower).findings == [])
    }

    @Test func tellsPasswordsKeysAndNamesThatNobodyDeclared() {
        let accounts = [account("root", .set), account("admin", .empty), account("bin", .locked)]
        var declarations = AuditDeclarations()
        let found = report(of: system(accounts: accounts)).findings.map(\.title)
        #expect(found == ["a password of the account 'root'", "the account 'admin', which opens without a password"])
        declarations.accountsWithPassword = ["root"]
        #expect(report(of: system(accounts: accounts), declarations).findings.count == 1)

        let keyed = system(with: ["/home/admin/.ssh/authorized_keys": 80], accounts: [account("admin", .locked)])
        #expect(report(of: keyed).findings.count == 1)
        declarations.accountsWithKey = ["admin"]
        #expect(report(of: keyed, declarations).findings == [])

        declarations.hostname = "web"
        let named = { (name: String) in self.system(texts: ["/etc/hostname": "\(name)\n"]) }
        #expect(report(of: named("web.example.org"), declarations).findings == [])
        #expect(report(of: named("build-7"), declarations).findings.map(\.check) == ["hostname"])
        let pins = system(pins: [AuditedSystem.Pin(path: "/etc/netplan/a.yaml", key: "macaddress")])
        #expect(report(of: pins).findings.map(\.check) == ["network-pins"])
        let initiator = system(texts: [
            "/etc/iscsi/initiatorname.iscsi": "# x\nInitiatorName=iqn.1993-08.org.debian:01:5\n"
        ])
        #expect(report(of: initiator).findings.map(\.check) == ["iscsi-name"])
    }

    @Test func allowsWhatATemplateAllowsWithItsReason() throws {
        var declarations = AuditDeclarations()
        declarations.allowances = [
            AuditAllowance(path: "/etc/wireguard/*.conf", kind: "vpn-keys", reason: "a tunnel of the laboratory"),
            AuditAllowance(path: "/etc/hostid", kind: "vpn-keys", reason: "another kind"),
        ]
        let audited = system(with: ["/etc/wireguard/wg0.conf": 9, "/etc/wireguard/a/b.conf": 9])
        let report = report(of: audited, declarations)
        #expect(report.findings.map(\.path) == ["/etc/wireguard/a/b.conf"])
        #expect(report.allowed.map(\.reason) == ["a tunnel of the laboratory"])
        #expect(report.unusedAllowances.map(\.path) == ["/etc/hostid"])
    }

    @Test func reportsDamageAndWhatNobodyLookedAt() {
        let volumes = [
            DiskAuditor.Volume(name: "partition 1 (ext4)", checkedBy: "e2fsck", trouble: "bad", isDamaged: true)
        ]
        let report = DiskAuditor(AuditDeclarations()).report(
            system: nil, whyNoSystem: "it is ZFS", volumes: volumes, scan: ScanResult(rules: 1), locations: [:])
        #expect(report.findings.map(\.check) == ["file-systems"])
        #expect(
            report.checks.count { $0.outcome == .skipped && $0.detail == "it is ZFS" } == IdentityCheck.all.count + 1)
    }

    @Test func isNeverGoodWhereTheScanPassedSomethingOver() {
        var declarations = AuditDeclarations()
        declarations.allowances = ["*", "the whole disk", ""].map {
            AuditAllowance(path: $0, kind: "scan-incomplete", reason: "whatever it is")
        }
        #expect(!DiskAuditor.kinds.contains("scan-incomplete"))
        var (more, cut, long) = (ScanResult(rules: 1), ScanResult(rules: 1), ScanResult(rules: 1))
        more.hits = (0...SecretScan.hitLimit).map { index in
            ScanResult.Hit(
                kind: "jwt", title: "a token", offset: Int64(index), isUnpacked: false, fingerprint: nil, account: nil)
        }
        cut.cutBlocks = 2
        // A large backup is common, and the report says that a part of it was not seen.
        long.cutStreams = 3
        for scan in [more.finished(), cut] {
            let report = DiskAuditor(declarations).report(system: nil, volumes: nil, scan: scan, locations: [:])
            #expect(!report.isGood && report.checks.last?.outcome == .failed)
            #expect(report.findings.first?.kind == "scan-incomplete" && report.allowed == [])
            #expect(report.findings.first?.location == "the whole disk")
        }
        let report = DiskAuditor(declarations).report(system: nil, volumes: nil, scan: long, locations: [:])
        #expect(report.isGood && report.checks.last?.detail?.contains("3 compressed streams were too long") == true)
    }

    private func report(of system: AuditedSystem, _ declarations: AuditDeclarations = .init()) -> AuditReport {
        DiskAuditor(declarations).report(
            system: system, volumes: nil, scan: ScanResult(rules: 0), locations: [:])
    }

    private func account(_ name: String, _ password: Account.Password, home: String? = nil) -> Account {
        Account(name: name, user: 0, group: 0, home: home ?? "/home/\(name)", shell: "/bin/sh", password: password)
    }

    private func system(
        without missing: String? = nil, with more: [String: Int] = [:], texts: [String: String] = [:],
        accounts: [Account] = [], pins: [AuditedSystem.Pin] = [], origin: AuditedSystem.Origin = .disk
    ) -> AuditedSystem {
        var files: [String: InstalledFile] = [:]
        for (path, size) in Self.sealed.merging(more, uniquingKeysWith: { $1 }) where path != missing {
            files[path] = InstalledFile(path: path, kind: .file, mode: "0644", size: Int64(size))
            var folder = path[...]
            while let slash = folder.lastIndex(of: "/"), slash != folder.startIndex {
                folder = folder[..<slash]
                files[String(folder)] = InstalledFile(path: String(folder), kind: .folder, mode: "0755")
            }
        }
        return AuditedSystem(
            origin: origin, files: files, mountPoints: ["/boot/efi"], fatMounts: ["/boot/efi"], accounts: accounts,
            texts: texts, pins: pins)
    }
}
