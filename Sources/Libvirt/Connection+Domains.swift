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

    /// The domains whose names `isWanted` takes and whose definitions hold `text`, as they will be when they are started again.
    ///
    /// It is one look at the host: what is asked for each domain is its definition alone.
    package func definitions(
        holding text: String, where isWanted: @escaping @Sendable (String) -> Bool = { _ in true }
    ) async throws -> [DefinedDomain] {
        let domains = try await domains()
        return try await offloaded { [self] _ in
            let running = try namesOfRunning()
            return try domains.filter { isWanted($0.name) }.compactMap { domain in
                // One that was removed meanwhile is not there.
                guard let xml = try domain.definitionIfAny(), xml.contains(text) else { return nil }
                return DefinedDomain(domain: domain, xml: xml, isRunning: running.contains(domain.name))
            }
        }
    }

    /// The names of the domains that run or are paused.
    private func namesOfRunning() throws(LibvirtError) -> Set<String> {
        var list: UnsafeMutablePointer<virDomainPtr?>?
        let flags = UInt32(VIR_CONNECT_LIST_DOMAINS_ACTIVE.rawValue)
        let count = try check(virConnectListAllDomains(pointer.raw, &list, flags), "list the domains that run")
        defer { free(list) }
        var names: Set<String> = []
        for index in 0..<Int(count) {
            guard let raw = list?[index] else { continue }
            if let name = virDomainGetName(raw) { names.insert(String(cString: name)) }
            virDomainFree(raw)
        }
        return names
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

/// A domain with its definition.
package struct DefinedDomain: Sendable {
    /// The domain.
    package let domain: Domain
    /// Its definition as it will be when it is started again, without secrets.
    package let xml: String
    /// Whether it runs or is paused.
    package let isRunning: Bool
}
