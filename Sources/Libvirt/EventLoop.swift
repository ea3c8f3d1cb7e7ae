internal import CLibvirt
internal import Foundation

/// libvirt's default event loop on a thread of its own.
///
/// Events, agents and the embedded driver need the loop, and it must be registered before the first connection is
/// opened (libvirt-host: `virEventRegisterDefaultImpl`).
enum EventLoop {
    /// Registers the loop and starts its thread, once per process.
    static func start() throws(LibvirtError) {
        if case .failure(let error) = started { throw error }
    }

    private static let started: Result<Void, LibvirtError> = {
        guard Library.isReady, virEventRegisterDefaultImpl() == 0 else {
            return .failure(.last("start its event loop"))
        }
        Thread.detachNewThread { @Sendable in
            while virEventRunDefaultImpl() == 0 {}
        }
        return .success(())
    }()
}
