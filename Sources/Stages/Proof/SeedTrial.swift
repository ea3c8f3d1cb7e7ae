internal import Foundation
internal import GuestAgent
internal import HostSystem

/// What a clone is told by a seed to find out whether it takes it: a host name, a user and an SSH key that no image can know.
struct SeedTrial: Sendable {
    /// The host name.
    let hostName: String
    /// The user.
    let user: String
    /// The user's public key; nobody has the private one.
    let key: String

    /// cloud-init's Python is slow under emulation.
    private static let deadline: Duration = .seconds(5 * 60)

    /// A trial with new names.
    init() {
        let mark = String.randomHex(digits: 8)
        hostName = "proof-\(mark)"
        user = "proof\(mark)"
        key = Self.publicKey((0..<32).map { _ in UInt8.random(in: .min ... .max) })
    }

    /// The public key of 32 bytes, as `authorized_keys` has it (RFC 8709).
    private static func publicKey(_ bytes: [UInt8]) -> String {
        let kind = "ssh-ed25519"
        let blob = [0, 0, 0, UInt8(kind.utf8.count)] + Array(kind.utf8) + [0, 0, 0, 32] + bytes
        return "\(kind) \(Data(blob).base64EncodedString())"
    }

    /// The trial's part of `user-data`.
    var userData: String {
        """
        hostname: \(hostName)
        users:
          - name: \(user)
            ssh_authorized_keys:
              - \(key)

        """
    }

    /// Waits for cloud-init, and prints the host name, the user, and whether the user's key is there.
    private static let script = """
        cloud-init status --wait >/dev/null 2>&1
        uname -n
        getent passwd "$1" | cut -d : -f 1
        home=$(getent passwd "$1" | cut -d : -f 6)
        if [ -n "$home" ] && grep -qsF -- "$2" "$home/.ssh/authorized_keys"; then echo key; fi
        true
        """

    /// Finds out what a clone took of it.
    func result(in agent: Agent) async throws -> SeedResult {
        let lines = try await agent.shell(Self.script, [user, key], deadline: Self.deadline).text
            .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        return SeedResult(
            takesHostName: lines.first?.split(separator: ".").first.map(String.init) == hostName,
            takesUser: lines.contains(user), takesKey: lines.last == "key")
    }
}

/// What a clone took of its seed.
struct SeedResult: Sendable, Codable, Equatable {
    /// Its host name.
    let takesHostName: Bool
    /// Its user.
    let takesUser: Bool
    /// The user's key.
    let takesKey: Bool

    /// What is wrong; nil if nothing is.
    var failure: String? {
        let missing = [(takesHostName, "host name"), (takesUser, "user"), (takesKey, "SSH key")].filter { !$0.0 }
        guard !missing.isEmpty else { return nil }
        return "a clone with a cloud-init seed (NoCloud) did not take its \(missing.map(\.1).joined(separator: ", "))"
    }
}
