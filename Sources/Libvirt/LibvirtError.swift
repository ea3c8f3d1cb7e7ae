internal import CLibvirt

/// A failed libvirt call.
package struct LibvirtError: Error, CustomStringConvertible {
    /// libvirt's error number (`virErrorNumber`); a number that is not named here is still a value.
    package struct Code: RawRepresentable, Sendable, Hashable {
        package let rawValue: Int32

        package init(rawValue: Int32) {
            self.rawValue = rawValue
        }

        /// No domain has this name or id any more.
        package static let noDomain = Code(rawValue: Int32(VIR_ERR_NO_DOMAIN.rawValue))
        /// The domain is not in a state that allows the call, such as one that is off.
        package static let operationInvalid = Code(rawValue: Int32(VIR_ERR_OPERATION_INVALID.rawValue))
        /// The driver cannot do it at all.
        package static let noSupport = Code(rawValue: Int32(VIR_ERR_NO_SUPPORT.rawValue))
        /// The domain has no element under this namespace.
        package static let noDomainMetadata = Code(rawValue: Int32(VIR_ERR_NO_DOMAIN_METADATA.rawValue))
        /// There is no storage pool of this name.
        package static let noStoragePool = Code(rawValue: Int32(VIR_ERR_NO_STORAGE_POOL.rawValue))
        /// The pool has no volume of this name.
        package static let noVolume = Code(rawValue: Int32(VIR_ERR_NO_STORAGE_VOL.rawValue))
        /// There is no virtual network of this name.
        package static let noNetwork = Code(rawValue: Int32(VIR_ERR_NO_NETWORK.rawValue))
        /// The guest agent is not connected, went away, or did not answer.
        package static let agentUnresponsive = Code(rawValue: Int32(VIR_ERR_AGENT_UNRESPONSIVE.rawValue))
        /// The guest agent answered the synchronising command with another number than it was sent.
        package static let agentUnsynced = Code(rawValue: Int32(VIR_ERR_AGENT_UNSYNCED.rawValue))
        /// The guest agent did not answer a command in time (`VIR_ERR_AGENT_COMMAND_TIMEOUT`, since libvirt 11.2; the headers
        /// of older ones have no name for it).
        package static let agentCommandTimeout = Code(rawValue: 112)
        /// The guest agent answered with an error (`VIR_ERR_AGENT_COMMAND_FAILED`, since libvirt 11.2).
        package static let agentCommandFailed = Code(rawValue: 113)
        /// libvirt's way to pass on an error that QEMU reported, and before 11.2 one that the guest agent reported.
        package static let internalError = Code(rawValue: Int32(VIR_ERR_INTERNAL_ERROR.rawValue))
    }

    /// The part of libvirt that an error comes from (`virErrorDomain`).
    package struct Domain: RawRepresentable, Sendable, Hashable {
        package let rawValue: Int32

        package init(rawValue: Int32) {
            self.rawValue = rawValue
        }

        /// Virtual networks.
        package static let network = Domain(rawValue: Int32(VIR_FROM_NETWORK.rawValue))
        /// The way to another process of libvirt's.
        package static let remote = Domain(rawValue: Int32(VIR_FROM_RPC.rawValue))
    }

    /// What libvirt says went wrong.
    package let code: Code
    /// Which part of it says so.
    package let domain: Domain
    /// What was asked of libvirt, as a fragment: `start the domain lab`.
    package let operation: String
    /// libvirt's own sentence.
    package let message: String

    package var description: String {
        "libvirt could not \(operation): \(message)"
    }

    /// The calling thread's last error; to be read in the same synchronous function as the call that failed.
    static func last(_ operation: String) -> LibvirtError {
        guard let error = virGetLastError() else {
            return LibvirtError(
                code: .internalError, domain: Domain(rawValue: 0), operation: operation, message: "no reason given")
        }
        let message = error.pointee.message.map { String(cString: $0) } ?? "no reason given"
        return LibvirtError(
            code: Code(rawValue: error.pointee.code), domain: Domain(rawValue: error.pointee.domain),
            operation: operation, message: message)
    }
}

/// Passes a C result on, or throws libvirt's error if it is negative.
@discardableResult
func check(_ result: CInt, _ operation: @autoclosure () -> String) throws(LibvirtError) -> CInt {
    guard result >= 0 else { throw LibvirtError.last(operation()) }
    return result
}

/// Passes a C pointer on, or throws libvirt's error if it is null.
func check<Pointer>(_ pointer: Pointer?, _ operation: @autoclosure () -> String) throws(LibvirtError) -> Pointer {
    guard let pointer else { throw LibvirtError.last(operation()) }
    return pointer
}
