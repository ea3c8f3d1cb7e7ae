internal import HostSystem
internal import InstallMedia
internal import Pipeline

/// A template's answers with what the factory itself adds to them.
struct InstallAnswers: Sendable {
    let template: Template
    let secrets: AnswerSecrets

    /// What the factory answers where the template says nothing: the disk it attaches, no Secure Boot (whose absence
    /// means yes to the installer), and nothing that a golden image has no use for (kldload contract, section 3.3).
    private var defaults: [(key: String, value: String)] {
        let disk = template.machine.diskBus == .virtio ? "/dev/vda" : "/dev/sda"
        return [
            ("KLDLOAD_DISK", disk), ("KLDLOAD_ENABLE_SECURE_BOOT", "0"), ("KLDLOAD_HOSTNAME", "golden"),
            ("KLDLOAD_USERNAME", "admin"), ("KLDLOAD_ENABLE_KVM", "0"), ("KLDLOAD_ENABLE_DEVOPS", "0"),
            ("KLDLOAD_NVIDIA_DRIVERS", "0"), ("KLDLOAD_KLAB_NO_AUTO", "1"), ("KLDLOAD_WIREGUARD", "0"),
            ("KLDLOAD_EXTRA_PACKAGES", "cloud-init qemu-guest-agent"),
        ]
    }

    /// The key's entries in order: the template's own, then the factory's.
    private var entries: [(key: String, value: Template.Answers.Value)] {
        let own = template.answers.entries.map { ($0.key, $0.value) }
        let named = Set(own.map(\.0))
        return own + defaults.filter { !named.contains($0.key) }.map { ($0.key, .text($0.value)) }
    }

    /// What enters the stage's key; a secret as its fingerprint.
    func fingerprints() throws -> [String: String] {
        var result: [String: String] = [:]
        for (key, value) in entries {
            switch value {
            case .text(let text): result[key] = text
            case .secret: result[key] = try secrets.fingerprint(of: key, in: template.answers)
            }
        }
        return result
    }

    /// The answers file.
    func file(keys: StageKeys) throws -> AnswersFile {
        var file = AnswersFile()
        for (key, value) in entries {
            switch value {
            case .text(let text): try file.set(key, to: .plain(text))
            case .secret:
                guard let secret = try secrets.value(of: key, in: template.answers, keys: keys) else { continue }
                try file.set(key, to: .secret(secret))
            }
        }
        return file
    }

    /// The secrets alone, for an installer that got the rest on its command line.
    func secretsFile(keys: StageKeys) throws -> AnswersFile {
        var file = AnswersFile()
        for (key, value) in entries where value.isSecret {
            guard let secret = try secrets.value(of: key, in: template.answers, keys: keys) else { continue }
            try file.set(key, to: .secret(secret))
        }
        return file
    }

    /// `kldload.KEY=VALUE` arguments, where that is the way; never a secret, and only keys that have such a form.
    func kernelArguments() -> [String] {
        guard template.answers.way == .commandLine else { return [] }
        return entries.compactMap { key, value in
            guard case .text(let text) = value, let name = AnswerKeys.commandLine[key] else { return nil }
            return "kldload.\(name)=\(text)"
        }
    }
}

extension Template.Answers.Value {
    fileprivate var isSecret: Bool {
        if case .secret = self { return true }
        return false
    }
}
