import HostSystem
import InstallMedia
import SystemPackage
import Testing

struct LabAutoinstallTests {
    private static let good = """
        # a comment
        KLDLOAD_DISTRO = "debian"
        KLDLOAD_DISK=/dev/vda
          # an indented one
        KLDLOAD_PASSWORD='pass # "word"'
        KLDLOAD_HOSTNAME=first
        KLDLOAD_HOSTNAME=second

        """

    @Test func readsAnswersAsTheInstallerDoes() async throws {
        try await LabFixture.with { lab in
            let outcome = try await lab.autoinstall(answers: Self.good)
            #expect(outcome.status == 0)
            #expect(
                outcome.output == """
                    KLDLOAD_DISK="/dev/vda"
                    KLDLOAD_DISTRO="debian"
                    KLDLOAD_HOSTNAME="second"
                    KLDLOAD_PASSWORD="__REDACTED__"
                    """)
            #expect(!outcome.errors.contains("pass #"))
            #expect(!lab.text("log/auto.log").contains("pass #"))
        }
    }

    @Test func expandsNothing() async throws {
        try await LabFixture.with { lab in
            let outcome = try await lab.autoinstall(answers: Self.good + "KLDLOAD_DOMAIN=$(id).`id`.$HOME\n")
            #expect(outcome.output.contains("KLDLOAD_DOMAIN=\"$(id).`id`.$HOME\""))
        }
    }

    @Test(arguments: [
        ("KLDLOAD_LOCALE=C # not a comment", "unquoted value with a blank and '#'"),
        ("KLDLOAD_LOCALE", "has no '='"),
        ("export KLDLOAD_LOCALE=C", "has no valid key"),
        ("1KLDLOAD=C", "has no valid key"),
        ("KLDLOAD_DISTRO=debian\r", "carriage return"),
        ("KLDLOAD_DISTRO=slackware", "unknown distro"),
        ("KLDLOAD_DISTRO=", "no distro"),
        ("KLDLOAD_PROFILE=huge", "unknown profile"),
        ("KLDLOAD_PASSWORD=CHANGE-ME", "CHANGE-ME"),
        ("KLDLOAD_ENABLE_SECURE_BOOT=yes", "KLDLOAD_ENABLE_SECURE_BOOT must be 0 or 1"),
        ("KLDLOAD_DISK=vda", "must lie under /dev/"),
        ("KLDLOAD_HOSTNAME=-bad", "is no host name"),
        ("KLDLOAD_USERNAME=Admin User", "is no user name"),
        ("KLDLOAD_ZFS_PASSPHRASE=short", "shorter than 8"),
        ("KLDLOAD_RHEL_USERNAME=me", "go together"),
        ("KLDLOAD_ENABLE_K8S=1\nKLDLOAD_ENABLE_KVM=0", "needs KLDLOAD_ENABLE_KVM=1"),
        ("KLDLOAD_BUILD_IMAGES=1\nKLDLOAD_ENABLE_KVM=0", "needs KLDLOAD_ENABLE_KVM=1"),
    ])
    func refusesBadAnswers(line: String, reason: String) async throws {
        try await LabFixture.with { lab in
            let outcome = try await lab.autoinstall(answers: Self.good + line + "\n")
            #expect(outcome.status == 1)
            #expect(outcome.errors.contains("REFUSING to install: "))
            #expect(outcome.errors.contains(reason), "\(outcome.errors)")
            #expect(outcome.output.isEmpty)
        }
    }

    @Test(arguments: [
        ("kldload.distro=slackware", "bad value for kldload.distro"),
        ("kldload.distro=debian kldload.disk=/etc/passwd", "bad value for kldload.disk"),
        ("kldload.distro=debian kldload.secureboot=no", "bad value for kldload.secureboot"),
        ("kldload.seed=http://a/b kldload.seed=http://a/c", "more than one kldload.seed="),
        ("kldload.seed=ftp://a/b", "must be an http or https address"),
        ("kldload.action=rollback kldload.distro=debian", "knows only kldload.action=install"),
    ])
    func refusesBadKernelArguments(commandLine: String, reason: String) async throws {
        try await LabFixture.with { lab in
            let outcome = try await lab.autoinstall(commandLine)
            #expect(outcome.status == 1)
            #expect(outcome.errors.contains(reason), "\(outcome.errors)")
        }
    }

    @Test func letsKernelArgumentsOverrideTheAnswers() async throws {
        try await LabFixture.with { lab in
            let outcome = try await lab.autoinstall(
                "quiet kldload.hostname=third kldload.secureboot=0 kldload.unknown=%% root=live:CDLABEL=KLDLOAD",
                answers: Self.good)
            #expect(outcome.status == 0)
            #expect(outcome.output.contains("KLDLOAD_HOSTNAME=\"third\""))
            #expect(outcome.output.contains("KLDLOAD_ENABLE_SECURE_BOOT=\"0\""))
        }
    }

    @Test func dropsSecretsOnTheKernelCommandLine() async throws {
        try await LabFixture.with { lab in
            let outcome = try await lab.autoinstall(
                "kldload.distro=debian kldload.disk=/dev/vda kldload.password=hunter2hunter2",
                environment: ["KLDLOAD_SECRETS_TIMEOUT": "0"])
            #expect(outcome.status == 1)
            #expect(outcome.errors.contains("kldload.password is a secret"))
            #expect(outcome.errors.contains("no secrets arrived within 0 s: KLDLOAD_PASSWORD"))
            #expect(!outcome.errors.contains("hunter2"))
        }
    }

    @Test func isSilentWithoutASeed() async throws {
        try await LabFixture.with { lab in
            for commandLine in ["quiet", "lab.fault=fail,no-seed kldload.distro=debian", "kldload.hostname=alone"] {
                let outcome = try await lab.autoinstall(commandLine)
                #expect(outcome.status == 0)
                #expect(outcome.errors.contains("autoinstall skipped"))
                #expect(outcome.output.isEmpty)
            }
        }
    }

    @Test func doesNotInstallWhenTheSeedCannotBeFetched() async throws {
        try await LabFixture.with { lab in
            // Nobody listens on this port.
            let outcome = try await lab.autoinstall("kldload.seed=http://127.0.0.1:1/answers.env", answers: Self.good)
            #expect(outcome.status == 0)
            #expect(outcome.errors.contains("NOT installing"))
            #expect(outcome.output.isEmpty)
        }
    }

    @Test func waitsForSecretsInAFile() async throws {
        try await LabFixture.with { lab in
            try lab.folder.appending("run").createFolder()
            try lab.folder.appending("run/install-secrets").write(Array("KLDLOAD_PASSWORD=\"late one\"\n".utf8))
            let outcome = try await lab.autoinstall("kldload.distro=debian kldload.disk=/dev/vda")
            #expect(outcome.status == 0)
            #expect(outcome.errors.contains("secrets received"))
            #expect(outcome.output.contains("KLDLOAD_PASSWORD=\"__REDACTED__\""))
            #expect(lab.text("run/install-secrets").isEmpty)
            #expect(lab.text("run/install-needs").isEmpty)
        }
    }

    @Test func handsItsAnswersToTheInstaller() async throws {
        try await LabFixture.with { lab in
            let outcome = try await lab.autoinstall(
                "lab.fault=hang", answers: Self.good,
                environment: ["KLDLOAD_AUTOINSTALL_DRYRUN": "", "KLDLOAD_AUTOINSTALL_STOP_BEFORE_EXEC": "1"])
            #expect(outcome.status == 0)
            let words = outcome.output.split(separator: " ").map(String.init)
            #expect(words.dropLast() == ["/usr/sbin/kldload-install-target", "--config"])
            let config = try FilePath(words.last ?? "").readText()
            #expect(config.contains("KLDLOAD_PASSWORD='pass # \"word\"'\n"))
            #expect(config.contains("LAB_FAULT=\"hang\"\n"))
        }
    }

    @Test func takesNoArguments() async throws {
        try await LabFixture.with { lab in
            let program = "usr/local/sbin/kldload-autoinstall"
            let refused = try await lab.run(program, ["now"])
            #expect(refused.status == 2)
            let helped = try await lab.run(program, ["--help"])
            #expect(helped.status == 0)
        }
    }
}
