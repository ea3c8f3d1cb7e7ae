import HostSystem
import Testing

@testable import Machines

struct OutputSignsTests {
    /// What something printed before it failed, in a guest that shows this state.
    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String { "\(cause?.rawValue ?? "none"): \(output.prefix(60))" }
        let output: String
        let cause: FailureCause?
        var guest: GuestState?
        var isOfMedium = false

        init(_ cause: FailureCause?, _ output: String, guest: GuestState? = nil, medium: Bool = false) {
            self.cause = cause
            self.output = output
            self.guest = guest
            isOfMedium = medium
        }
    }

    private static func guest(
        full: [String] = [], killed: [String] = [], hasRoute: Bool? = nil, isRoomy: Bool? = nil
    ) -> GuestState {
        var state = GuestState()
        state.fullFileSystems = full
        state.isRoomy = isRoomy ?? full.isEmpty
        state.outOfMemory = killed
        state.hasRoute = hasRoute
        return state
    }

    private static let full = guest(full: ["/ has 0 B of 7.3 GiB left"])
    private static let roomy = guest()
    private static let offline = guest(hasRoute: false)
    private static let online = guest(hasRoute: true)

    static let cases = disk + memory + network + packages + scripts + datasets + ownReasons

    private static let disk: [Case] = [
        Case(.guestDiskFull, "dd: error writing '/big': No space left on device", guest: full),
        Case(.guestDiskFull, "tar: x: Cannot write: No space left on device\ntar: Exiting with failure status"),
        Case(.guestDiskFull, "E: You don't have enough free space in /var/cache/apt/archives/.", guest: full),
        Case(.guestDiskFull, "  At least 512MB more space needed on the / filesystem.", guest: full),
        Case(
            .guestDiskFull, "cannot create regular file: No space left on device",
            guest: guest(full: ["/x has 0 of 9 inodes left"])),
        // A step that fills the disk on purpose, cleans up and then fails for its own reason.
        Case(nil, "dd: error writing '/zero': No space left on device\nremoved '/zero'\nno luck", guest: roomy),
    ]

    private static let memory: [Case] = [
        Case(.guestOutOfMemory, "Killed", guest: guest(killed: ["[ 9.1] Out of memory: Killed process 7 (cc1plus)"])),
        Case(.guestOutOfMemory, "bash: fork: Cannot allocate memory", guest: roomy),
        Case(.guestOutOfMemory, "cc1: virtual memory exhausted: Cannot allocate memory"),
        Case(
            .guestOutOfMemory, "dd: memory exhausted by input buffer of size 68719476736 bytes (64 GiB)", guest: roomy),
        Case(.guestOutOfMemory, "Traceback (most recent call last):\n    x = bytearray(1 << 36)\nMemoryError"),
        Case(nil, "Killed", guest: roomy), Case(nil, "MemoryError is what the handbook calls it", guest: roomy),
    ]

    private static let network: [Case] = [
        Case(
            .networkAbsent,
            "Err:1 http://deb.debian.org trixie InRelease\n  Temporary failure resolving 'deb.debian.org'"),
        Case(.networkAbsent, "curl: (6) Could not resolve host: example.org", guest: offline),
        Case(.networkAbsent, "connect: Network is unreachable", guest: online),
        Case(.networkAbsent, "ssh: connect to host 10.0.0.1 port 22: No route to host", guest: offline),
        Case(.networkAbsent, "wget: unable to resolve host address 'example.org'", guest: offline),
        Case(nil, "curl: (6) Could not resolve host: exmaple.org", guest: online),
        Case(nil, "curl: (7) Failed to connect to 10.0.0.1 port 80: Connection refused", guest: offline),
        // Every package is unknown where no list could be fetched.
        Case(
            .networkAbsent,
            "W: Failed to fetch http://deb.debian.org  Temporary failure resolving\nE: Unable to locate package htop"),
    ]

    private static let packages: [Case] = [
        Case(.packageUnknown, "Reading package lists...\nE: Unable to locate package htopp", guest: online),
        Case(.packageUnknown, "E: Package 'linux-foo' has no installation candidate"),
        Case(.packageUnknown, "E: Version '9.9' for 'jq' was not found"),
        Case(.packageUnknown, "No match for argument: htopp\nError: Unable to find a match: htopp"),
        Case(.packageUnknown, "error: target not found: htopp"),
        Case(.packageUnknown, "E: Unable to locate package htopp", guest: offline),
        Case(.packageNotOffline, "E: Unable to locate package htopp", medium: true),
        Case(
            .packageNotOffline,
            "E: Failed to fetch file:/srv/repo/htop_3_amd64.deb  File not found - /srv/repo/htop_3_amd64.deb (2)"),
        Case(.packageNotOffline, "Err:1 http://127.0.0.1:3142/debian htop\n  404  Not Found [IP: 127.0.0.1 3142]"),
        Case(.packageNotOffline, " htop : Depends: libnl-3-200 but it is not installable"),
        Case(.packageNotOffline, "  - nothing provides libfoo.so.1 needed by htop-3.3-1.fc44.x86_64"),
        Case(.packageNotOffline, "Curl error (37): Couldn't read a file:// file for file:///srv/repo/h.rpm"),
        Case(nil, "  404  Not Found [IP: 151.101.2.132 80]", guest: online),
    ]

    private static let scripts: [Case] = [
        Case(
            .postInstallSkipped,
            "dpkg (subprocess): unable to execute installed foo package post-installation script (/var/lib/dpkg/info/foo.postinst): No such file or directory"
        ),
        Case(
            .postInstallSkipped,
            "installed foo package post-installation script subprocess returned error exit status 127"),
        Case(.postInstallSkipped, "error: Failed to exec scriptlet interpreter /bin/foo: No such file or directory"),
        Case(nil, "installed foo package post-installation script subprocess returned error exit status 1"),
    ]

    private static let datasets: [Case] = [
        Case(.datasetHasClones, "cannot destroy 'rpool/a': filesystem has dependent clones\nuse '-R'"),
        Case(.datasetHasClones, "cannot destroy 'rpool@install-1': snapshot has dependent clones"),
        Case(.datasetHasClones, "cannot rollback to 'rpool/a@x': clones of previous snapshots exist"),
        Case(nil, "cannot destroy 'rpool/a': filesystem has children"),
    ]

    private static let ownReasons: [Case] = [
        Case(nil, ""), Case(nil, "no luck"), Case(nil, "Kernel panic - not syncing: said a script"),
        Case(nil, "make: *** [all] Error 2", guest: full),
    ]

    @Test(arguments: cases)
    func findsTheCause(of found: Case) throws {
        let lines = found.output.split(separator: "\n").map(String.init)
        let failure = OutputSigns(guest: found.guest, medium: found.isOfMedium)
            .failure(in: lines, evidence: ["run x failed: it exited with 1"])
        #expect(failure?.cause == found.cause)
        guard let failure else { return }
        #expect(failure.evidence.contains("run x failed: it exited with 1"))
    }

    @Test func showsTheTellingLineFirstAndWhatTheGuestSays() {
        let failure = OutputSigns(guest: Self.full)
            .failure(in: ["a", "cp: No space left on device", "b"], evidence: ["run x failed"])
        #expect(failure?.evidence == ["cp: No space left on device", "run x failed", "/ has 0 B of 7.3 GiB left"])
    }
}

struct GuestStateTests {
    @Test func readsWhatTheScriptPrints() {
        let state = GuestState(
            """
            space\text4\t7654321\t0\t/
            space\tvfat\t523248\t520000\t/boot/efi
            space\ttmpfs\t5120\t5120\t/run/lock
            inodes\text4\t488640\t400000\t/
            inodes\tvfat\t0\t0\t/boot/efi
            killed\t[   12.345678] Out of memory: Killed process 7 (a)
            killed\t[   13.345678] Out of memory: Killed process 8 (b)
            route\tno
            """)
        #expect(state.fullFileSystems == ["/ has 0 B of 7.2 GiB left"])
        #expect(state.isRoomy == false)
        #expect(state.outOfMemory.first == "[   13.345678] Out of memory: Killed process 8 (b)")
        #expect(state.hasRoute == false)
    }

    @Test(arguments: [
        ("space\text4\t1000000\t70000\t/", true), ("space\text4\t1000000\t60000\t/", false),
        ("space\ttmpfs\t5000\t600\t/run", true), ("space\ttmpfs\t5000\t400\t/run", false),
        ("space\text4\t0\t0\t/odd", true),
        ("space\text4\t1000000\t900000\t/\ninodes\text4\t1000\t3\t/", false),
    ])
    func tellsAFullFileSystemFromASmallOne(text: String, isRoomy: Bool) {
        #expect(GuestState(text).isRoomy == isRoomy)
    }

    @Test(arguments: ["", "space", "space\text4\tx\ty\t/", "killed", "route", "\u{0}\t\u{1B}", "route\tperhaps"])
    func takesJunkForNothing(text: String) {
        let state = GuestState(text)
        #expect(state.fullFileSystems.isEmpty)
        #expect(state.outOfMemory.isEmpty)
        #expect(state.isRoomy != false)
    }
}
