import HostSystem
import SystemPackage

/// The files of a small system, with packages that dpkg and rpm themselves installed.
struct SystemTree {
    /// A hash as passwd(5) has it; no inventory may hold it.
    static let hash = "$6$saltsalt$HASHOFAPASSWORD"
    static let commandLine = "root=UUID=0815 ro quiet console=ttyS0"
    /// A name with all that separates elsewhere.
    static let oddName = "odd\tname\nwith 'everything' \u{E4}"

    private let folder: FilePath

    /// Prepares a system in `folder`.
    init(in folder: FilePath) throws {
        self.folder = folder
        try root.createFolder()
    }

    /// The root of the system.
    var root: FilePath { folder.appending("root") }
    /// What lies on the EFI system partition.
    var esp: FilePath { folder.appending("esp") }

    /// Makes the files; the packages need a program of theirs each.
    func make() async throws {
        for name in ["usr/bin", "usr/sbin", "var/lib/dpkg/info", "var/lib/dpkg/updates", "boot/efi", "etc", "dev"] {
            try root.pushing(FilePath(name)).createFolder()
        }
        try await run("ln", "-s", "usr/bin", "root/bin")
        for name in ["status", "available"] { try write("", to: "root/var/lib/dpkg/\(name)") }
        try makeConfiguration()
        try await makeUnits()
        try makeBootFiles()
        try write("odd", to: "root/etc/\(Self.oddName)")
        try write("twice", to: "root/etc/one")
        try await run("ln", "root/etc/one", "root/etc/two")
        try await installPackages()
    }

    /// What dpkg-query says of the system's packages.
    func query(_ arguments: String...) async throws -> String {
        try await Program.run(
            "dpkg-query", ["--admindir=\(root.string)/var/lib/dpkg"] + arguments, deadline: .seconds(60)
        ).text
    }

    /// What rpm says of the system's packages.
    func rpmQuery(_ arguments: String...) async throws -> String {
        try await Program.run(
            "rpm", ["--dbpath", "\(root.string)/var/lib/rpm", "--query"] + arguments, deadline: .seconds(60)
        ).text
    }

    private func makeConfiguration() throws {
        try write("ID=debian\nVERSION_ID=\"13\"\nPRETTY_NAME='Small 13'\n", to: "root/usr/lib/os-release")
        try write("LABEL=root / ext4 defaults 0 1\nLABEL=ESP /boot/efi vfat umask=0077 0 1\n", to: "root/etc/fstab")
        try write(
            """
            root:x:0:0:root:/root:/bin/bash
            guest::1001:1001::/home/guest:/bin/sh
            locked:x:1002:1002::/home/locked:/bin/sh
            old:\(Self.hash):1003:1003::/home/old:/bin/sh
            daemon:x:1:1::/:/usr/sbin/nologin

            """, to: "root/etc/passwd")
        try write("root:\(Self.hash):1::::::\nlocked:!\(Self.hash):1::::::\n", to: "root/etc/shadow")
        try write("root:x:0:\nwheel:\(Self.hash):10:root,guest\n", to: "root/etc/group")
    }

    private func makeUnits() async throws {
        let (vendor, settings) = ("root/usr/lib/systemd/system", "root/etc/systemd/system")
        let install = "[Install]\nWantedBy=multi-user.target\n"
        for (name, text) in [
            ("a-enabled.service", install), ("b-disabled.service", install), ("c-static.service", ""),
            ("e-empty.service", "[Install]\n#WantedBy=x\n"),
            ("d-masked.service", install), ("getty@.service", install + "DefaultInstance=tty1\n"),
            ("real.service", "[Install]\nAlias=other.service\n"),
            ("multi-user.target", ""),
        ] {
            try write("[Unit]\nDescription=\(name)\n\(text)", to: "\(vendor)/\(name)")
        }
        try folder.pushing(FilePath("\(settings)/multi-user.target.wants")).createFolder()
        for (target, link) in [
            ("/usr/lib/systemd/system/a-enabled.service", "multi-user.target.wants/a-enabled.service"),
            ("/usr/lib/systemd/system/getty@.service", "multi-user.target.wants/getty@tty1.service"),
            ("/dev/null", "d-masked.service"), ("/usr/lib/systemd/system/real.service", "other.service"),
        ] {
            try await run("ln", "-s", target, "\(settings)/\(link)")
        }
    }

    private func makeBootFiles() throws {
        try write("a kernel", to: "root/boot/vmlinuz-6.12.94+deb13-amd64")
        try write("a loader", to: "esp/EFI/BOOT/BOOTX64.EFI")
        try write(
            "menuentry 'Small' {\n\tlinux\t/boot/vmlinuz-6.12.94+deb13-amd64 \(Self.commandLine)\n}\n",
            to: "root/boot/grub/grub.cfg")
    }

    private func installPackages() async throws {
        let licence = "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n\n"
        try await installDebian(
            "greeter", version: "1:2.0-3", fields: "Source: greetings (2.0-3)\nHomepage: https://greeter.example\n",
            files: [
                "bin/greet": "hello", "usr/share/doc/greeter/copyright": licence + "Files: *\nLicense: MIT or BSD\n",
            ])
        try await installDebian(
            "firmware-small", version: "3", fields: "", files: ["usr/lib/firmware/small": "firm"])
        try write("wave", to: "build/usr/bin/wave")
        try write(
            """
            Name: waver
            Version: 3.1
            Release: 2
            Epoch: 1
            Summary: Waves
            License: MIT AND GPL-2.0-or-later
            URL: https://waver.example
            %description
            Waves.
            %files
            /usr/bin/wave

            """, to: "waver.spec")
        let top = folder.appending("rpm").string
        try await run(
            "rpmbuild", "--quiet", "-bb", "--noclean", "--buildroot", folder.appending("build").string, "--define",
            "_topdir \(top)", "--define", "_build_id_links none", "--target", "noarch", "waver.spec")
        try await run(
            "rpm", "--root", root.string, "--dbpath", "/var/lib/rpm", "--nodeps", "--ignorearch", "--install",
            "\(top)/RPMS/noarch/waver-3.1-2.noarch.rpm")
    }

    private func installDebian(_ name: String, version: String, fields: String, files: [String: String]) async throws {
        try write(
            """
            Package: \(name)
            Version: \(version)
            Architecture: amd64
            Maintainer: A Maintainer <m@example.org>
            Description: a package
             of more lines
            \(fields)
            """, to: "\(name)/DEBIAN/control")
        for (path, text) in files { try write(text, to: "\(name)/\(path)") }
        try await run("dpkg-deb", "--build", "--root-owner-group", name, "\(name).deb")
        try await run(
            "dpkg", "--root=\(root.string)", "--log=\(folder.string)/dpkg.log", "--force-architecture", "--install",
            "\(name).deb")
    }

    private func write(_ text: String, to name: String) throws {
        let file = folder.pushing(FilePath(name))
        try file.removingLastComponent().createFolder()
        try file.write(text.utf8)
    }

    private func run(_ program: String, _ arguments: String...) async throws {
        try await Program.run(program, arguments, in: folder, deadline: .seconds(120))
    }
}
