internal import NIOCore
package import SystemPackage

/// Why nobody can be served at an address.
package enum ListenError: Error, Equatable, CustomStringConvertible {
    /// Something else listens there.
    case inUse(ListenAddress)
    /// No address of this host has that name or number.
    case unknownHost(ListenAddress)
    /// The system does not allow it.
    case refused(ListenAddress, Errno)

    init(_ address: ListenAddress, _ error: IOError) {
        switch Errno(rawValue: error.errnoCode) {
        case .addressInUse: self = .inUse(address)
        case .addressNotAvailable: self = .unknownHost(address)
        case let reason: self = .refused(address, reason)
        }
    }

    package var description: String {
        switch self {
        case .inUse(let address):
            "something listens at \(address) already; end it, or name another port, such as 0 for one that is free"
        case .unknownHost(let address):
            "\(address.host) is no address of this host; name one of its own, such as 127.0.0.1"
        case .refused(let address, let reason): "this host does not let us listen at \(address): \(reason)"
        }
    }
}
