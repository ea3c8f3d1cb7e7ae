internal import CLibvirt
internal import Glibc
internal import HostSystem

/// A lease of a network's DHCP server.
package struct NetworkLease: Sendable, Hashable {
    /// The address.
    package let address: String
    /// The network card's own address.
    package let hardwareAddress: String?
    /// The name that the guest gave itself.
    package let hostName: String?
}

extension Connection {
    /// The names of the virtual networks, those that are off too.
    package func networkNames() async throws -> [String] {
        try await offloaded { [self] _ in
            var list: UnsafeMutablePointer<virNetworkPtr?>?
            let count = try check(virConnectListAllNetworks(pointer.raw, &list, 0), "list the networks")
            defer { free(list) }
            return (0..<Int(count)).compactMap { index in
                guard let network = list?[index] else { return nil }
                defer { virNetworkFree(network) }
                return virNetworkGetName(network).map { String(cString: $0) }
            }.sorted()
        }
    }

    /// The leases of a virtual network; none for one that is not there.
    package func leases(ofNetwork name: String) async throws -> [NetworkLease] {
        try await offloaded { [self] _ in
            let network: virNetworkPtr
            do {
                network = try check(virNetworkLookupByName(pointer.raw, name), "find the network \(name)")
            } catch let error as LibvirtError where error.code == .noNetwork {
                return []
            }
            defer { virNetworkFree(network) }
            var list: UnsafeMutablePointer<virNetworkDHCPLeasePtr?>?
            let count = try check(virNetworkGetDHCPLeases(network, nil, &list, 0), "list the leases of \(name)")
            defer {
                for index in 0..<Int(count) { virNetworkDHCPLeaseFree(list?[index]) }
                free(list)
            }
            return (0..<Int(count)).compactMap { list?[$0]?.pointee }.compactMap { lease in
                guard let address = lease.ipaddr else { return nil }
                return NetworkLease(
                    address: String(cString: address), hardwareAddress: lease.mac.map { String(cString: $0) },
                    hostName: lease.hostname.map { String(cString: $0) })
            }
        }
    }
}
