internal import CLibvirt
internal import Glibc
internal import HostSystem

extension Connection {
    /// All domains, those that do not run too.
    package func domains() async throws -> [Domain] {
        try await offloaded { [self] _ in
            var list: UnsafeMutablePointer<virDomainPtr?>?
            let count = try check(virConnectListAllDomains(pointer.raw, &list, 0), "list the domains")
            defer { free(list) }
            return (0..<Int(count)).compactMap { index in
                guard let raw = list?[index] else { return nil }
                let name = virDomainGetName(raw).map { String(cString: $0) } ?? ""
                return Domain(name: name, pointer: raw, connection: self)
            }
        }
    }

    /// Defines a domain that stays when it is off; one of the same name and id is replaced.
    package func define(xml: String, name: String) async throws -> Domain {
        try await offloaded { [self] _ in
            let flags = UInt32(VIR_DOMAIN_DEFINE_VALIDATE.rawValue)
            let raw = try check(virDomainDefineXMLFlags(pointer.raw, xml, flags), "define the domain \(name)")
            return Domain(name: name, pointer: raw, connection: self)
        }
    }

    /// The host's name, as its libvirt tells it.
    package func hostName() async throws -> String {
        try await offloaded { [self] _ in
            let text = try check(virConnectGetHostname(pointer.raw), "tell the host's name")
            defer { free(text) }
            return String(cString: text)
        }
    }

    /// The name of the driver: `QEMU`, or `TEST` for the one that runs nothing.
    package func driver() async throws -> String {
        try await offloaded { [self] _ in
            String(cString: try check(virConnectGetType(pointer.raw), "tell its driver"))
        }
    }
}
