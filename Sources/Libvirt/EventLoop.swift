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
        // libvirt prints its errors on standard error unless it is told not to; each of them is thrown here anyway.
        virSetErrorFunc(nil) { _, _ in }
        // The embedded driver logs there too. Level 4 is errors only, and there is no output that drops them.
        setenv("LIBVIRT_LOG_OUTPUTS", "4:file:/dev/null", 0)
        guard virInitialize() == 0, virEventRegisterDefaultImpl() == 0 else {
            return .failure(.last("start its event loop"))
        }
        Thread.detachNewThread { @Sendable in
            while virEventRunDefaultImpl() == 0 {}
        }
        return .success(())
    }()
}
