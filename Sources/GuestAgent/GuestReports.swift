/// What a guest says it runs, from its `os-release` and `uname`.
package struct GuestOSInfo: Sendable, Decodable {
    /// The distribution's short name, such as `debian`.
    package let id: String?
    /// Its name for people.
    package let prettyName: String?
    /// Its version number, such as `13`.
    package let versionID: String?
    /// The running kernel's release.
    package let kernelRelease: String?
    /// The machine type, such as `x86_64`.
    package let machine: String?

    private enum CodingKeys: String, CodingKey {
        case id
        case prettyName = "pretty-name"
        case versionID = "version-id"
        case kernelRelease = "kernel-release"
        case machine
    }
}

/// A network interface of a guest.
package struct GuestInterface: Sendable, Decodable {
    /// One address of an interface.
    package struct Address: Sendable, Decodable {
        /// The address in its usual notation.
        package let text: String
        /// The length of its network prefix.
        package let prefix: Int

        /// Whether others can reach it: neither loopback nor link-local.
        package var isReachable: Bool {
            let lower = text.lowercased()
            let linkLocal = ["fe8", "fe9", "fea", "feb"].contains { lower.hasPrefix($0) }
            return !lower.hasPrefix("127.") && !lower.hasPrefix("169.254.") && lower != "::1" && !linkLocal
        }

        private enum CodingKeys: String, CodingKey {
            case text = "ip-address"
            case prefix
        }
    }

    /// Its name in the guest, such as `enp1s0`.
    package let name: String
    /// Its MAC address.
    package let hardwareAddress: String?
    /// Its addresses.
    package let addresses: [Address]

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        name = try container.decode(String.self, forKey: .name)
        hardwareAddress = try container.decodeIfPresent(String.self, forKey: .hardwareAddress)
        addresses = try container.decodeIfPresent([Address].self, forKey: .addresses) ?? []
    }

    private enum CodingKeys: String, CodingKey {
        case name
        case hardwareAddress = "hardware-address"
        case addresses = "ip-addresses"
    }
}
