import HostSystem
import Pipeline
import Testing

@testable import Stages

struct SealCatalogTests {
    @Test func sealsByTheStandardProfileByDefault() async throws {
        try await TestProject.with { project in
            let operations = try SealCatalog.operations(for: project.template().seal)
            #expect(operations.map(\.name) == SealCatalog.operations(of: .standard).map(\.name))
        }
    }

    @Test func hasAllOfTheSmallerProfilesInTheLargerOnes() {
        let sets = SealProfile.allCases.map { Set(SealCatalog.operations(of: $0).map(\.name)) }
        #expect(sets[0].isStrictSubset(of: sets[1]) && sets[1].isStrictSubset(of: sets[2]))
        #expect(sets[0].isSuperset(of: ["machine-id", "ssh-host-keys", "random-seed", "leases", "accounts"]))
        let rest = SealCatalog.operations.filter { !sets[2].contains($0.name) }
        #expect(rest.map(\.name) == ["build-account", "host-id", "backup-files", "kerberos-data"])
    }

    @Test func leavesOutWhatIsKeptAndDoesWhatIsAdded() async throws {
        try await TestProject.with { project in
            let template = try project.template(
                "seal: { profile: standard, keep: [history, logs], add: [backup-files, samba, swap] }")
            let names = try SealCatalog.operations(for: template.seal).map(\.name)
            let standard = SealCatalog.operations(of: .standard).map(\.name)
            #expect(Set(names) == Set(standard).subtracting(["history", "logs"]).union(["backup-files", "samba"]))
        }
    }

    @Test(arguments: [
        (
            "seal: { profile: strict }",
            "templates/web.yaml:9:18: the seal has no profile 'strict'; there are minimal, standard, joined"
        ),
        (
            "seal: { keep: [logs, hitsory] }",
            "templates/web.yaml:9:22: the seal has no operation 'hitsory'; did you mean 'history'?"
        ),
        (
            "seal: { add: [everything] }",
            "templates/web.yaml:9:15: the seal has no operation 'everything'; 'imagefactory seal --list' lists them"
        ),
        (
            "seal: { keep: [logs], add: [logs] }",
            "templates/web.yaml:9:29: 'logs' is both in 'keep' and in 'add'; take it out of one of them"
        ),
    ])
    func refusesWhatCannotBeWithItsPlace(section: String, message: String) async throws {
        try await TestProject.with { project in
            let template = try project.template(section)
            let error = #expect(throws: SealCatalogError.self) { try SealCatalog.operations(for: template.seal) }
            #expect(error?.description == message)
        }
    }

    /// What virt-sysprep removes by itself, and which operation of ours does; nil for what nobody does by default.
    private static let ofVirtSysprep: [String: String?] = [
        "abrt-data": "abrt-data", "backup-files": "backup-files", "bash-history": "history", "blkid-tab": "blkid-tab",
        "crash-data": "crash-data", "cron-spool": "cron-spool", "dhcp-client-state": "leases",
        "dhcp-server-state": "dhcp-server-leases", "dovecot-data": "dovecot-data", "ipa-client": "ipa-client",
        "kerberos-data": "kerberos-data", "kerberos-hostkeytab": "kerberos-keytab", "logfiles": "logs",
        "lvm-system-devices": "lvm-devices", "machine-id": "machine-id", "mail-spool": "mail-spool",
        "net-hostname": "host-name", "net-hwaddr": "network-addresses", "net-nmconn": "network-addresses",
        "pacct-log": "process-accounting", "package-manager-cache": "package-cache", "pam-data": "pam-data",
        "passwd-backups": "password-backups", "puppet-data-log": "puppet", "rh-subscription-manager": "subscription",
        "rhn-systemid": "subscription", "rpm-db": "rpm-environment", "samba-db-log": "samba",
        "smolt-uuid": "hardware-id",
        "ssh-hostkeys": "ssh-host-keys", "ssh-userdir": "ssh-user-keys", "sssd-db-log": "sssd",
        "tmp-files": "temporary-files", "udev-persistent-net": "network-names", "user-account": "build-account",
        "utmp": "login-records", "yum-uuid": "repository-id", "zsh-history": "history",
        // Hooks and not operations: templates have stages for that.
        "customize": nil, "script": nil,
        // A corporate authority is wanted, removing rules opens the guest, and servers ask nobody at their first boot.
        "ca-certificates": nil, "firewall-rules": nil, "flag-reconfiguration": nil,
        // They cannot change under the file systems that the seal works on.
        "fs-uuids": nil, "lvm-uuids": nil,
    ]

    @Test func coversEveryOperationOfVirtSysprep() async throws {
        let list = try await Program.run("virt-sysprep", ["--list-operations"], deadline: .seconds(60)).text
        let theirs = list.split(separator: "\n").compactMap { $0.split(separator: " ").first.map(String.init) }
        #expect(theirs.count > 30)
        #expect(theirs.filter { Self.ofVirtSysprep[$0] == nil } == [])
        let ours = SealCatalog.operations.map(\.name)
        #expect(Self.ofVirtSysprep.values.compactMap(\.self).filter { !ours.contains($0) } == [])
    }

    @Test(arguments: [SealOperation.Place.guest, .disk])
    func isGoodShell(place: SealOperation.Place) async throws {
        let script = SealScript(SealCatalog.operations, in: place, account: .undeclared).whole
        let findings = try await Program.run(
            "sh", ["-c", "shellcheck --shell=sh --exclude=SC2034 - || true"], input: Array(script.utf8),
            deadline: .seconds(120)
        ).text
        #expect(findings == "")
    }

    @Test func hasAWordForEachOperation() {
        let names = SealCatalog.operations.map(\.name)
        #expect(Set(names).count == names.count)
        for operation in SealCatalog.operations {
            #expect(operation.name.wholeMatch(of: /[a-z][a-z0-9]*(-[a-z]+)*/) != nil)
            #expect(operation.summary.count > 10 && operation.reason.count > 10)
            #expect(operation.reason.hasSuffix("."))
        }
    }

    @Test func doesWhatTheShutdownUndoesAtItsEnd() {
        let late = SealCatalog.operations.filter { $0.moment == .shutdown }
        #expect(
            Set(late.map(\.name)).isSuperset(of: [
                "machine-id", "random-seed", "leases", "logs", "history", "temporary-files", "password-backups",
            ]))
    }

    /// Boot partitions are often mounted by an automount, which fails while it is stopped.
    @Test func keepsOffWhatIsBeingUnmounted() throws {
        for operation in SealCatalog.operations where operation.moment == .shutdown {
            #expect(!operation.script.contains("/boot") && !operation.script.contains("/efi"), "\(operation.name)")
        }
    }
}
