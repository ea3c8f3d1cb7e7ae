internal import Attestation

extension IdentityCheck {
    /// What tells one machine from another.
    static let machine = [
        IdentityCheck("machine-id", "the machine id is empty, and there", advice: sealAdvice) { system, _ in
            guard let file = system.files["/etc/machine-id"] else {
                // A clone has made its own one, which is left out of the list.
                return system.origin == .clone
                    ? [] : [Trace(path: "/etc/machine-id", title: "no machine id, not even an empty one")]
            }
            let isEmpty = file.size == 0 || system.texts[file.path].map { $0.hasPrefix("uninitialized") } == true
            return isEmpty ? [] : [Trace(path: file.path, title: "the machine id of the build")]
        },
        IdentityCheck("dbus-machine-id", "D-Bus has no machine id of its own", advice: sealAdvice) { system, _ in
            system.filledFiles(["/var/lib/dbus/machine-id"]).filter { $0.kind == .file }.map {
                Trace(path: $0.path, title: "D-Bus's copy of the machine id")
            }
        },
        IdentityCheck(
            "ssh-host-keys", "there is no SSH host key", advice: sealAdvice,
            noFile: ["/etc/ssh/ssh_host_*_key", "/etc/ssh/ssh_host_*_key.pub", "/etc/dropbear/dropbear_*_host_key"],
            is: "an SSH host key"),
        IdentityCheck(
            "random-seed", "there is no saved random seed", advice: sealAdvice,
            noFile: [
                "/var/lib/systemd/random-seed", "/var/lib/urandom/random-seed", "/var/lib/random-seed",
                "/boot/efi/loader/random-seed", "/efi/loader/random-seed", "/boot/loader/random-seed",
            ], is: "a saved random seed"),
        IdentityCheck(
            "host-secrets", "no secret is bound to the build's machine", advice: sealAdvice,
            noFile: ["/var/lib/systemd/credential.secret", "/var/lib/systemd/tpm2-srk-public-key.*"],
            is: "systemd's secret of one machine"),
        IdentityCheck(
            "cloud-init", "cloud-init has not run yet", advice: sealAdvice,
            noFile: [
                "/var/lib/cloud/instance", "/var/lib/cloud/instances/**", "/var/lib/cloud/data/**",
                "/var/lib/cloud/sem/**", "/var/log/cloud-init.log", "/var/log/cloud-init-output.log",
            ], is: "the state of cloud-init's first run"),
        IdentityCheck("hostname", "the system's name is the declared one", advice: "set it in the template's answers") {
            system, declarations in
            guard let declared = declarations.hostname, let text = system.texts["/etc/hostname"] else { return [] }
            let name = text.split(separator: "\n").first.map(String.init)?.trimmed ?? ""
            let short = name.split(separator: ".").first.map(String.init) ?? ""
            return ["", "localhost", declared].contains(name) || short == declared
                ? [] : [Trace(path: "/etc/hostname", title: "a name that no template declares")]
        },
    ]
}

extension String {
    fileprivate var trimmed: String {
        String(drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
    }
}
