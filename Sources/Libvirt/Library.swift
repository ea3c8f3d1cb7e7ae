internal import CLibvirt
internal import Glibc

/// libvirt as a library, before anything is connected.
enum Library {
    /// Whether it could be set up, which is done once, before anything else is asked of it: it reads then where it is to log.
    static let isReady: Bool = {
        // libvirt prints its errors on standard error unless it is told not to; each of them is thrown here anyway.
        virSetErrorFunc(nil) { _, _ in }
        // The embedded driver logs there too. Level 4 is errors only, and there is no output that drops them.
        setenv("LIBVIRT_LOG_OUTPUTS", "4:file:/dev/null", 0)
        return virInitialize() == 0
    }()
}
