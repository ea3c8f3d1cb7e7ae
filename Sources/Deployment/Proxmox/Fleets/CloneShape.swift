internal import Attestation
package import HostSystem

/// What clones of a template are, beside the template.
package struct CloneShape: Sendable {
    /// The size that their disk grows to; nil for the template's.
    package var disk: ByteCount?
    /// The account that cloud-init makes; nil for the image's own.
    package var user: String?
    /// The password of that account; nil for none.
    package var password: Password?
    /// The public SSH keys that may log in.
    package var keys: [String] = []
    /// Their address in cloud-init's words.
    package var address = "ip=dhcp"
    /// Whether they have disks of their own, in place of such that are linked to the template's.
    package var isFull = false

    /// The password of an account.
    package enum Password: Sendable {
        /// It is this one.
        case known(Secret)
        /// There is one, and the cluster shows nobody what it is.
        case hidden
    }

    /// The template's own.
    package init() {}

    /// cloud-init's settings.
    ///
    /// - Throws: ``HiddenPasswordError`` where there is a password that nobody has told.
    func cloudInit() throws(HiddenPasswordError) -> [(String, String)] {
        var settings = [("ipconfig0", address)]
        if let user { settings.append(("ciuser", user)) }
        switch password {
        case .known(let secret): settings.append(("cipassword", secret.reveal()))
        case .hidden: throw HiddenPasswordError()
        case nil: break
        }
        // This one value is decoded once more by the server, beside what the form needs.
        if !keys.isEmpty { settings.append(("sshkeys", keys.joined(separator: "\n").percentEncoded())) }
        return settings
    }

    /// The digest of what clones of it have in common, but for the password, which nobody can read back.
    var digest: Digest {
        let texts = [
            disk.map { "\($0.bytes)" } ?? "-", user ?? "-", password == nil ? "no" : "yes", address,
            isFull ? "full" : "linked",
        ]
        return Digest.of((texts + keys.sorted()).map { "\($0.utf8.count):\($0)" }.joined())
    }
}

/// Machines have a password that is needed again, and that nobody has told.
package struct HiddenPasswordError: Error, CustomStringConvertible {
    /// The error.
    package init() {}

    package var description: String {
        "the machines have a password, which the cluster does not show; give --ci-password, so that machines like them can be "
            + "made, or remove the fleet first"
    }
}
