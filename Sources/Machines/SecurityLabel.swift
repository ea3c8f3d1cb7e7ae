internal import Foundation
internal import FoundationXML

/// How a machine stands to one security driver of its libvirt: each of them leaves the factory's files alone.
///
/// Left to itself, a daemon hands ISOs and finished layers to the account that it runs QEMU as, and does not always give
/// them back.
struct SecurityLabel: Sendable, Equatable {
    /// The driver's name, such as `apparmor`.
    let driver: String
    /// The account that QEMU runs as, for the driver that knows accounts; nil where the driver is to keep away.
    let account: String?

    /// A label for each driver of a host with these capabilities (`virsh capabilities`).
    static func all(in capabilities: String, for user: QEMUUser) throws -> [SecurityLabel] {
        try XMLDocument(xmlString: capabilities).nodes(forXPath: "/capabilities/host/secmodel/model")
            .compactMap(\.stringValue)
            .map { SecurityLabel(driver: $0, account: $0 == "dac" ? user.label : nil) }
    }
}
