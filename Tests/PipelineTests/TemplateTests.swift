import Foundation
import HostSystem
import SystemPackage
import Testing

@testable import Pipeline

struct TemplateTests {
    /// A template without fault; the tests put theirs into it.
    static let good = """
        image: web
        iso: { path: web.iso }
        machine: { disk: 40GiB }
        answers:
          KLDLOAD_DISTRO: debian
          KLDLOAD_PASSWORD: { secret: generate }

        """

    /// Loads `text` as the template `web`.
    static func load(_ text: String) throws -> Template {
        let folder = try TestFolder()
        try folder.write(text, to: "templates/web.yaml")
        try folder.write("stages: [seal]", to: "pipelines/golden.yaml")
        try folder.write("echo", to: "scripts/a.sh")
        return try TemplateFolder(root: folder.path).load("web")
    }

    /// What is wrong with `text` as the template `web`.
    static func problems(_ text: String) throws -> [String] {
        let error = #expect(throws: YAMLError.self) { try load(text) }
        return error?.problems.map(\.description) ?? []
    }

    private func load(_ text: String) throws -> Template { try Self.load(text) }

    private func problems(_ text: String) throws -> [String] { try Self.problems(text) }

    @Test func readsEverySection() throws {
        let text = """
            image: web
            summary: A web server
            pipeline: golden
            series: www
            iso: { url: https://example.org/a.iso, sha256: https://example.org/a.iso.sha256 }
            machine: { cpus: 2, memory: 4GiB, disk: 30GiB, disk-bus: scsi, network: "bridge:br0" }
            boot: { from: kernel, arguments: [quiet, lab.fault=hang] }
            answers-by: agent
            answers:
              KLDLOAD_DISTRO: ubuntu
              KLDLOAD_RELEASE: "24.04"
              KLDLOAD_PROFILE: core
              KLDLOAD_PASSWORD: { secret: env:PW }
              KLDLOAD_ROOT_PASSWORD: { secret: file:pw.txt }
            provision:
              - upload: { from: scripts, to: /opt/scripts }
              - run: { script: scripts/a.sh, timeout: 1min, retries: 2, when: profile != core and distro == debian }
              - run: echo done
              - packages: [htop, "@base", g++]
              - packages: { names: [jq], when: release == 24.04 }
            seal: { profile: standard, keep: [journal], add: [swap] }
            tests:
              - { name: one, run: "true" }
              - { name: two, run: echo 2, expect: 2, timeout: 5s }
            proof:
              per-clone: [hostid, pool-guid]
              grow: true
              allow-console: [{ text: "WARNING: CPU: 0 PID: 1", reason: a known fault of the board }]
              buses: [sata, virtio]
              test-images: true
            formats:
              qcow2: { compression: zlib, level: 9 }
              vmdk: { level: 12 }
              vhd: { layout: dynamic }
              ova:
              raw: {}
            deadlines: { install: 2h, boot: 20min, stall: 90s, shutdown: 3min }

            """
        let template = try load(text)
        #expect(template.series == "www")
        #expect(template.iso.source == .url("https://example.org/a.iso"))
        #expect(template.iso.checksum == .url("https://example.org/a.iso.sha256"))
        #expect(
            template.machine
                == .init(
                    cpus: 2, memory: .gibibytes(4), disk: .gibibytes(30), diskBus: .scsi, network: .bridge("br0")))
        #expect(template.boot == .init(from: .kernel, arguments: ["quiet", "lab.fault=hang"]))
        #expect(template.answers.way == .agent)
        #expect(template.answers.profile == "core")
        #expect(
            template.answers.entries.map(\.value) == [
                .text("ubuntu"), .text("24.04"), .text("core"), .secret(.environment("PW")),
                .secret(.file(template.root.appending("pw.txt"))),
            ])
        #expect(
            template.provision.map(\.action) == [
                .upload(from: template.root.appending("scripts"), to: "/opt/scripts"),
                .run(.file(template.root.appending("scripts").appending("a.sh"))), .run(.commands("echo done")),
                .packages(["htop", "@base", "g++"]), .packages(["jq"]),
            ])
        #expect(template.provision[1].timeout == .seconds(60))
        #expect(template.provision[1].retries == 2)
        #expect(template.provision[1].condition?.holds(for: template.answers) == false)
        #expect(template.provision[4].condition?.holds(for: template.answers) == true)
        #expect(template.seal.keep.map(\.value) == ["journal"])
        #expect(
            template.tests == [
                .init(name: "one", run: "true", expect: nil, timeout: .seconds(60)),
                .init(name: "two", run: "echo 2", expect: "2", timeout: .seconds(5)),
            ])
        #expect(
            template.formats == [.qcow2(.zlib(level: 9)), .vmdk(level: 12), .vhd(.dynamic), .ova(level: nil), .raw])
        #expect(template.proof.perClone == [.hostID, .poolGUID])
        #expect(template.proof.grows && template.proof.testsImages)
        #expect(
            template.proof.allowedOnConsole == [
                .init(text: "WARNING: CPU: 0 PID: 1", reason: "a known fault of the board")
            ])
        #expect(template.proof.buses == [.sata, .virtio])
        let deadlines = template.deadlines
        #expect(deadlines.install == .seconds(7200) && deadlines.boot == .seconds(1200))
        #expect(deadlines.stall == .seconds(90) && deadlines.shutdown == .seconds(180))
    }

    @Test(arguments: [
        (
            "disk: 3TiB", "vhd",
            "a VHD holds at most 2040GiB, and the disk has 3 TiB; make the disk smaller, or leave 'vhd' away"
        ),
        ("cpus: 200", "ova", "no importer of an OVA takes 200 processors; give the machine at most 128"),
        (
            "memory: 1025MiB", "ova",
            "not every importer of an OVA takes memory that is no multiple of 4MiB; round the machine's memory"
        ),
    ])
    func refusesAMachineThatAFormatCannotHold(machine: String, format: String, expected: String) throws {
        let text = Self.good.replacing("disk: 40GiB", with: machine) + "formats: [raw, \(format)]\n"
        let found = try problems(text)
        #expect(found.contains { $0.contains(expected) }, "\(found)")
    }

    @Test func keepsOptionsOfFormatsThatAreAskedForByName() throws {
        var template = try load(Self.good + "formats: { vmdk: { level: 3 }, raw: }\n")
        template.replaceFormats(by: [.qcow2, .vmdk])
        #expect(template.formats == [.qcow2(), .vmdk(level: 3)])
    }

    @Test func fillsInWhatIsNotSaid() throws {
        let template = try load(Self.good)
        #expect(template.pipeline == "golden")
        #expect(template.series == "web")
        #expect(template.machine.network == .none)
        #expect(template.answers.way == .seedDisk)
        #expect(template.formats == [.qcow2(.zstd(level: nil))])
        #expect(template.iso.source == .path(template.root.appending("web.iso")))
    }

    @Test(arguments: [
        ("test: x", "7:1: 'test' is not a key of a template; did you mean 'tests'?"),
        ("summary: [a]", "7:10: 'summary' is a list, but must be a text"),
        ("summary: |\n  a\n  b", "7:10: 'summary' must be one line"),
        ("formats: [qcov2]", "7:11: 'qcov2' is not a format; did you mean 'qcow2'?"),
        ("formats: [qcow2, qcow2]", "7:18: the format 'qcow2' is there twice; leave one of them"),
        ("pipeline: goldn", "did you mean 'golden'?"),
        (
            "series: web-prod",
            "7:9: the series 'web-prod' ends in the name of a channel; "
                + "leave 'prod' away: the channel belongs to the promotion, not to the name"
        ),
        ("series: Web", "7:9: 'Web' cannot be the series; use at most 63 lower-case letters"),
        ("answers-by: seed", "7:13: 'answers-by' is 'seed', but must be one of seed-disk, agent, cmdline"),
        (
            "boot: { from: firmware, arguments: [a] }",
            "7:37: the firmware boots the medium with the medium's own arguments; "
                + "set 'from: kernel', or remove 'arguments'"
        ),
        ("boot: { arguments: [kldload.disk=/dev/vda] }", "7:21: 'kldload.disk=/dev/vda' is an answer"),
        (
            "provision: [{ upload: { from: scripts, to: opt } }]",
            "7:44: 'opt' is not an absolute path in the guest; write '/opt'"
        ),
        ("provision: [{ run: { script: b.sh } }]", "7:30: 'b.sh' is not there; paths are relative to "),
        (
            "provision: [{ run: { script: scripts/a.sh, commands: x } }]",
            "7:20: this step must run either a script or commands"
        ),
        ("provision: [{ run: x, packages: [y] }]", "7:13: this step does 2 things"),
        ("provision: [{}]", "7:13: this step does nothing; give each step exactly one of upload, run and packages"),
        ("provision: [{ copy: x }]", "7:13: this step does nothing"),
        ("provision: [{ packages: { names: [-o] } }]", "7:35: '-o' cannot be the name of a package"),
        (
            "provision: [{ packages: [htop] }]",
            "7:25: packages come from servers, which 'network: none' keeps out of reach; "
                + "write 'network: user' under 'machine:'"
        ),
        (
            "provision: [{ run: { commands: x, when: profil == core } }]",
            "7:20: the condition asks for 'profil', which the template does not answer; did you mean 'profile'?"
        ),
        (
            "provision: [{ run: { commands: x, when: profile = core } }]",
            "7:41: the condition 'profile = core' cannot be read: '=' cannot stand in a condition; "
                + "write it like 'profile != core and distro == debian'"
        ),
        (
            "provision: [{ run: { commands: x, retries: -1 } }]",
            "7:44: 'retries' is '-1', but must be a whole number from 0 to 100"
        ),
        ("tests: [{ name: a, run: x }, { name: a, run: y }]", "7:38: two tests are called 'a'"),
        ("tests: [{ run: x }]", "7:9: 'name' is missing from a test; add 'name: no failed units'"),
        ("deadlines: { install: 90 }", "7:23: 'install' is '90', but must be a time, such as 90s, 10min or 1h"),
        ("shared: [lean]", "7:10: there is no shared file 'lean' in templates/_shared"),
        ("seal: { keeps: [] }", "7:9: 'keeps' is not a key of seal; did you mean 'keep'?"),
    ])
    func refusesAFaultySection(section: String, expected: String) throws {
        let found = try problems(Self.good + section + "\n")
        #expect(found.contains { $0.hasPrefix("templates/web.yaml:7:") && $0.contains(expected) }, "\(found)")
    }

    @Test(arguments: [
        (
            "machine: { disk: 20GiB }",
            "a disk of 20 GiB is too small for the profile 'server', which needs 30 GiB; "
                + "write 'disk: 30GiB' or more under 'machine:'"
        ),
        ("machine: { disk: 40GiB, cpus: 0 }", "'cpus' is '0', but must be a whole number from 1 to 256"),
        ("machine: { disk: 40GiB, memory: 64MiB }", "64 MiB is no memory that the installer can live in"),
        ("machine: { disk: 42949672961 }", "cannot be a disk's size; give a whole number of MiB"),
        ("machine: { disk: 40GiB, network: usr }", "'usr' is not a network; did you mean 'user'?"),
        (
            "machine: { disk: 40GiB, network: 'bridge:' }",
            "'bridge:' is not a network; write none, user, network:NAME or bridge:NAME"
        ),
        ("machine: { disk: 40GiB, disk-bus: ide }", "'disk-bus' is 'ide', but must be one of virtio, scsi, sata"),
        ("machine: 4", "'machine' is '4', but must be a mapping"),
    ])
    func refusesAMachineThatCannotBe(machine: String, expected: String) throws {
        let found = try problems(Self.good.replacingOccurrences(of: "machine: { disk: 40GiB }", with: machine))
        #expect(found.count == 1)
        #expect(found[0].hasPrefix("templates/web.yaml:3:") && found[0].contains(expected), "\(found)")
    }

    @Test(arguments: [
        ("{ }", "iso names no source; give exactly one of path, url and lab"),
        ("{ path: a, lab: debian13 }", "iso names 2 sources"),
        ("{ lab: debian13, sha256: a.sha256 }", "a lab ISO is made on this host"),
        ("{ lab: debian13, root: xfs }", "'xfs'"),
        ("{ path: a, root: zfs }", "only a lab ISO installs on a file system of choice; remove 'root'"),
        ("{ url: https://example.org/a.iso }", "an ISO from an address needs a digest"),
        ("{ url: ftp://example.org/a.iso, sha256: a.sha256 }", "is not an address that can be fetched"),
        (
            "{ path: a, sha256: 0123456789abcdef0123456789abcdef0123456789abcdef }",
            "'sha256' has 48 hexadecimal digits, but must have 64"
        ),
        ("a.iso", "'iso' is 'a.iso', but must be a mapping"),
    ])
    func refusesAnISOFromNowhere(iso: String, expected: String) throws {
        let found = try problems(Self.good.replacingOccurrences(of: "{ path: web.iso }", with: iso))
        #expect(found.count == 1)
        #expect(found[0].hasPrefix("templates/web.yaml:2:") && found[0].contains(expected), "\(found)")
    }

    @Test(arguments: [
        (
            "KLDLOAD_TIMEZONE: \"a\\nb\"",
            "the answer KLDLOAD_TIMEZONE has more than one line, which the installer cannot read"
        ),
        ("KLDLOAD_TIMEZONE: \"a\\x07b\"", "the answer KLDLOAD_TIMEZONE has a control character in it"),
        ("KLDLOAD_TIMEZONE: \"it's \\\"\"", "the answer KLDLOAD_TIMEZONE has both kinds of quotes"),
        (
            "KLDLOAD_WIFI_PSK: hunter2",
            "the answer KLDLOAD_WIFI_PSK is a secret, and must not stand in a template; "
                + "write '{ secret: env:KLDLOAD_WIFI_PSK }'"
        ),
        ("KLDLOAD_WIFI_PSK: { secret: hunter2 }", "this does not say where the secret of KLDLOAD_WIFI_PSK comes from"),
        ("KLDLOAD_TIMEZONE: [UTC]", "'KLDLOAD_TIMEZONE' is a list, but must be a text"),
        ("KLDLOAD_TIMEZONE:", "'KLDLOAD_TIMEZONE' is nothing, but must be a text"),
        ("kldload_timezone: UTC", "'kldload_timezone' cannot be the key of an answer; use capital letters"),
        (
            "KLDLOAD_TIMEZON: UTC",
            "the installer does not know the key KLDLOAD_TIMEZON; did you mean KLDLOAD_TIMEZONE?"
        ),
        ("KLDLOAD_PROFILE: servr", "'servr' is no answer to KLDLOAD_PROFILE; did you mean 'server'?"),
        ("KLDLOAD_DISK: vda", "'vda' is not a disk; write a device such as /dev/vda"),
        (
            "KLDLOAD_ZFS_ENCRYPT: 1",
            "with KLDLOAD_ZFS_ENCRYPT=1 every boot of the image would wait for a passphrase"
        ),
        ("KLDLOAD_NO_AUTO_REBOOT: 1", "the installer would not end"),
    ])
    func refusesAnswersThatCannotWork(answer: String, expected: String) throws {
        let found = try problems(Self.good + "  \(answer)\n")
        #expect(found.count == 1)
        #expect(found[0].hasPrefix("templates/web.yaml:7:") && found[0].contains(expected), "\(found)")
        #expect(!found[0].contains("hunter2"))
    }

    @Test(arguments: ["centos", "rocky", "rhel", "ubuntu", "arch"])
    func refusesNetworkDistributionsWithoutANetwork(distribution: String) throws {
        let text = Self.good.replacingOccurrences(of: "debian", with: distribution)
        let found = try problems(text)
        #expect(found.count == 1)
        #expect(found[0].hasPrefix("templates/web.yaml:5:19: '\(distribution)' is installed from its own servers"))
        #expect(found[0].hasSuffix("; write 'network: user' under 'machine:'"))
        _ = try load(text.replacingOccurrences(of: "disk: 40GiB", with: "disk: 40GiB, network: user"))
    }

    @Test(arguments: [
        ("core", "19GiB", false), ("core", "20GiB", true), ("server", "29GiB", false), ("server", "30GiB", true),
        ("desktop", "39GiB", false), ("desktop", "40GiB", true),
    ])
    func asksForTheProfilesDisk(profile: String, disk: String, isEnough: Bool) throws {
        let text = Self.good.replacingOccurrences(of: "40GiB", with: disk) + "  KLDLOAD_PROFILE: \(profile)\n"
        if isEnough {
            #expect(try load(text).answers.profile == profile)
        } else {
            #expect(try problems(text).first?.hasPrefix("templates/web.yaml:3:18: a disk of") == true)
        }
    }

    @Test(arguments: [("", Template.ISO.LabRoot.ext4), (", root: ext4", .ext4), (", root: zfs", .zfs)])
    func readsWhatTheLabISOInstallsOn(text: String, root: Template.ISO.LabRoot) throws {
        let iso = Self.good.replacingOccurrences(of: "{ path: web.iso }", with: "{ lab: debian13\(text) }")
        #expect(try load(iso).iso.source == .lab("debian13", root: root))
    }

    @Test func asksLessDiskForTheLabISO() throws {
        let text = Self.good.replacingOccurrences(of: "{ path: web.iso }", with: "{ lab: debian13 }")
        _ = try load(text.replacingOccurrences(of: "40GiB", with: "3GiB"))
        let found = try problems(text.replacingOccurrences(of: "40GiB", with: "2GiB"))
        #expect(found.first?.contains("too small for the lab ISO, which needs 3 GiB") == true)
    }

    @Test(arguments: [
        ("KLDLOAD_ROOT_PASSWORD: { secret: generate }", "can never go on the kernel's command line"),
        ("KLDLOAD_NVIDIA_DRIVERS: 0", "has no form on the kernel's command line"),
        ("KLDLOAD_TIMEZONE: Europe/New York", "'Europe/New York' cannot stand on the kernel's command line"),
    ])
    func refusesAnswersThatTheCommandLineCannotCarry(answer: String, expected: String) throws {
        let found = try problems(Self.good + "  \(answer)\nanswers-by: cmdline\n")
        #expect(found.count == 1)
        #expect(found[0].hasPrefix("templates/web.yaml:7:") && found[0].contains(expected), "\(found)")
    }

    @Test func letsTheCommandLineBuildHaveAPassword() throws {
        let template = try load(Self.good + "  KLDLOAD_HOSTNAME: web.example.org\nanswers-by: cmdline\n")
        #expect(template.answers.way == .commandLine)
    }

    @Test func refusesASecretAsText() throws {
        let found = try problems(Self.good.replacingOccurrences(of: "{ secret: generate }", with: "hunter2"))
        #expect(found.count == 1)
        #expect(found[0].hasPrefix("templates/web.yaml:6:21: the answer KLDLOAD_PASSWORD is a secret"))
        #expect(!found[0].contains("hunter2"))
    }

    @Test func asksForWhatTheInstallerNeeds() throws {
        let found = try problems("image: web\niso: { path: a }\nanswers: { KLDLOAD_PROFILE: core }\n")
        #expect(
            found == [
                "templates/web.yaml:3:10: there is no answer KLDLOAD_DISTRO, without which the installer refuses; "
                    + "add 'KLDLOAD_DISTRO: debian'",
                "templates/web.yaml:3:10: there is no answer KLDLOAD_PASSWORD, for which the installer would wait "
                    + "an hour; add 'KLDLOAD_PASSWORD: { secret: generate }'",
            ])
    }

    @Test func reportsEveryFaultOfATemplateAtOnce() throws {
        let text = """
            image: Web
            isos: { path: a }
            machine: { disk: 1GiB }
            answers: { KLDLOAD_DISTRO: centos, KLDLOAD_PASSWORD: hunter2 }
            tests: [{ name: x }]

            """
        let places = try problems(text).map { $0.split(separator: ":").prefix(3).joined(separator: ":") }
        #expect(Set(places).isSuperset(of: ["templates/web.yaml:1:8", "templates/web.yaml:2:1"]))
        #expect(Set(places.compactMap { $0.split(separator: ":").dropFirst().first }) == ["1", "2", "4", "5"])
    }
}
