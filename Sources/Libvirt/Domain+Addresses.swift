internal import CLibvirt
internal import Glibc
internal import HostSystem

extension Domain {
    /// The addresses that DHCP servers of libvirt's own networks have given to the running domain; none for a domain of
    /// which libvirt does not know them.
    package func leasedAddresses() async throws -> [String] {
        try await offloaded { [self] _ in
            do {
                var list: UnsafeMutablePointer<virDomainInterfacePtr?>?
                let count = try check(
                    virDomainInterfaceAddresses(
                        pointer, &list, UInt32(VIR_DOMAIN_INTERFACE_ADDRESSES_SRC_LEASE.rawValue), 0),
                    "tell the addresses of the domain \(name)")
                defer {
                    for index in 0..<Int(count) { virDomainInterfaceFree(list?[index]) }
                    free(list)
                }
                return (0..<Int(count)).compactMap { list?[$0] }.flatMap(addresses)
            } catch let error as LibvirtError where [.operationInvalid, .noSupport].contains(error.code) {
                return []
            }
        }
    }
}

private func addresses(of interface: virDomainInterfacePtr) -> [String] {
    (0..<Int(interface.pointee.naddrs)).compactMap { index in
        interface.pointee.addrs[index].addr.map { String(cString: $0) }
    }
}
