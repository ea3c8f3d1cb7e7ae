import Machines
import VirtualMachineTestSupport

/// Faults of package repositories, packages and data sets.
extension Fault {
    /// Makes the package `broken` in a folder: its files by lines of `sh`, in which `$1` is the package's root.
    static func package(_ files: String, in folder: String = "/root") -> String {
        """
        set -- \(folder)/tree
        mkdir -p $1/DEBIAN
        printf 'Package: broken\\nVersion: 1\\nArchitecture: all\\nMaintainer: lab\\nDescription: broken\\n' \
            >$1/DEBIAN/control
        \(files)
        dpkg-deb --build -Znone $1 \(folder)/broken.deb >/dev/null
        rm -r $1

        """
    }

    /// Puts a repository in the place of the system's own, by its address; its index names packages of which no file is
    /// there.
    private static func repository(_ address: String) -> String {
        """
        rm -f /etc/apt/sources.list.d/*
        mkdir -p /srv/repository
        digest=e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
        for name in lonely demanding; do
            printf 'Package: %s\\nVersion: 1\\nArchitecture: all\\nMaintainer: lab\\nDescription: lab\\n' "$name"
            printf 'Filename: ./%s_1_all.deb\\nSize: 10\\nSHA256: %s\\n' "$name" "$digest"
            [ "$name" = lonely ] || printf 'Depends: missing\\nSuggests: talked-of\\n'
            echo
        done >/srv/repository/Packages
        echo 'deb [trusted=yes] \(address) ./' >/etc/apt/sources.list
        apt-get -q update

        """
    }

    private static let local = repository("file:/srv/repository")

    static let packages = [
        step("package-file-gone", .packageNotOffline, local + "apt-get -q -y install lonely"),
        step(
            "package-copy-gone", .packageNotOffline,
            repository("copy:/srv/repository") + "apt-get -q -y install lonely"),
        step("package-needs-another", .packageNotOffline, local + "apt-get -q -y install demanding"),
        step(
            "package-not-served", .packageNotOffline,
            """
            mkdir -p /srv/repository
            (cd /srv/repository && exec python3 -m http.server --bind 127.0.0.1 8000 >/dev/null 2>&1) &
            sleep 2

            """ + repository("http://127.0.0.1:8000") + "apt-get -q -y install lonely"),
        installationWithFirstBoot(
            "package-not-on-the-medium", .packageNotOffline, ["KLDLOAD_EXTRA_PACKAGES: qemu-guest-agent htop"]),
        step("package-of-no-name", .packageUnknown, local + "apt-get -q -y install no-such-package"),
        step("package-of-no-pattern", .packageUnknown, local + "apt-get -q -y install 'no-such-*'"),
        step("package-of-no-version", .packageUnknown, local + "apt-get -q -y install lonely=9"),
        step("package-only-talked-of", .packageUnknown, local + "apt-get -q -y install talked-of"),
    ]

    /// A fault of the installation that its first boot shows.
    private static func installationWithFirstBoot(_ name: String, _ cause: FailureCause, _ answers: [String]) -> Fault {
        nextBoot(name, cause, "true", at: .said("provision: the agent has connected"), reach: .provisioning)
            .with { $0.answers = answers }
    }

    /// Installs the package whose post-install script this is.
    private static func postInstall(_ script: String) -> String {
        package("printf '\(script)' >$1/DEBIAN/postinst\nchmod 755 $1/DEBIAN/postinst") + "dpkg -i /root/broken.deb"
    }

    static let postInstallScripts = [
        step("script-without-interpreter", .postInstallSkipped, postInstall("#!/opt/nowhere/shell\\n")),
        step("script-without-command", .postInstallSkipped, postInstall("#!/bin/sh\\nset -e\\nno-such-command\\n")),
        step("script-with-plain-file", .postInstallSkipped, postInstall("#!/bin/sh\\nset -e\\n/etc/hostname\\n")),
    ]

    /// Prints what ZFS's own tools print, which the lab's guests do not have.
    private static func zfs(_ name: String, _ lines: String...) -> Fault {
        let words = lines.map { "echo \"\($0)\" >&2\n" }.joined()
        return step(name, .datasetHasClones, words + "exit 1", evidence: .text)
    }

    static let datasets = [
        zfs(
            "snapshot-with-clones", "cannot destroy 'rpool/golden@base': snapshot has dependent clones",
            "use '-R' to destroy the following datasets:", "rpool/clone"),
        zfs(
            "dataset-with-clones", "cannot destroy 'rpool/golden': filesystem has dependent clones",
            "use '-R' to destroy the following datasets:", "rpool/clone@one", "rpool/clone"),
        zfs(
            "rollback-over-clones", "cannot rollback to 'rpool/golden@base': clones of previous snapshots exist",
            "use '-R' to force deletion of the following clones and dependents:", "rpool/clone"),
    ]
}
