internal import CLibvirt

/// What libvirt says happened to a domain.
package enum DomainEvent: Sendable, Equatable {
    /// The domain runs, or runs again.
    case running
    /// The domain is paused.
    case paused
    /// A request to one of the domain's disks failed on the host.
    case diskError(DiskError)
    /// The domain is about to stop: its guest has asked for that, or a signal to QEMU from outside.
    case shuttingDown(fromOutside: Bool)
    /// The domain is gone.
    case stopped(StopReason)
    /// The guest's kernel reported a panic.
    case panicked
    /// The guest's agent opened its channel.
    case agentConnected
    /// The guest's agent closed its channel.
    case agentDisconnected
    /// The connection to libvirt broke, for this reason: nothing more will be heard of the domain.
    case connectionLost(String)

    /// A request to a disk that failed on the host.
    package struct DiskError: Sendable, Equatable {
        /// The disk's file; empty where libvirt does not tell.
        package var path = ""
        /// Whether there was no room left.
        package var isOutOfSpace = false
        /// Whether QEMU paused the domain; otherwise the guest was told of the error.
        package var isPaused = true

        /// An error without a known disk, for which QEMU paused the domain.
        package init() {}

        /// An error with all that is known about it.
        package init(path: String, isOutOfSpace: Bool, isPaused: Bool) {
            self.path = path
            self.isOutOfSpace = isOutOfSpace
            self.isPaused = isPaused
        }
    }

    /// Why a domain stopped.
    package enum StopReason: String, Sendable, Codable {
        /// The guest switched itself off, or rebooted where a reboot ends the domain.
        case shutdown
        /// Somebody destroyed the domain.
        case destroyed
        /// QEMU ended by itself.
        case crashed
        /// QEMU could not go on.
        case failed
        /// The domain went elsewhere: migrated, saved or replaced by a snapshot.
        case moved
    }

    init?(lifecycle event: CInt, detail: CInt) {
        switch virDomainEventType(UInt32(bitPattern: event)) {
        case VIR_DOMAIN_EVENT_STARTED, VIR_DOMAIN_EVENT_RESUMED: self = .running
        case VIR_DOMAIN_EVENT_SUSPENDED:
            self =
                UInt32(bitPattern: detail) == VIR_DOMAIN_EVENT_SUSPENDED_IOERROR.rawValue
                ? .diskError(DiskError()) : .paused
        case VIR_DOMAIN_EVENT_SHUTDOWN:
            self = .shuttingDown(
                fromOutside: UInt32(bitPattern: detail) == VIR_DOMAIN_EVENT_SHUTDOWN_HOST.rawValue)
        case VIR_DOMAIN_EVENT_CRASHED: self = .panicked
        case VIR_DOMAIN_EVENT_STOPPED: self = .stopped(StopReason(detail: detail))
        default: return nil
        }
    }

    init?(diskErrorAt path: String, action: CInt, reason: String) {
        switch virDomainEventIOErrorAction(UInt32(bitPattern: action)) {
        case VIR_DOMAIN_EVENT_IO_ERROR_PAUSE, VIR_DOMAIN_EVENT_IO_ERROR_REPORT:
            self = .diskError(
                DiskError(
                    path: path, isOutOfSpace: reason == "enospc",
                    isPaused: UInt32(bitPattern: action) == VIR_DOMAIN_EVENT_IO_ERROR_PAUSE.rawValue))
        // The guest hears nothing of it either.
        default: return nil
        }
    }

    init?(agentState: CInt) {
        switch virConnectDomainEventAgentLifecycleState(UInt32(bitPattern: agentState)) {
        case VIR_CONNECT_DOMAIN_EVENT_AGENT_LIFECYCLE_STATE_CONNECTED: self = .agentConnected
        case VIR_CONNECT_DOMAIN_EVENT_AGENT_LIFECYCLE_STATE_DISCONNECTED: self = .agentDisconnected
        default: return nil
        }
    }
}

extension DomainEvent.StopReason {
    fileprivate init(detail: CInt) {
        switch virDomainEventStoppedDetailType(UInt32(bitPattern: detail)) {
        case VIR_DOMAIN_EVENT_STOPPED_SHUTDOWN: self = .shutdown
        case VIR_DOMAIN_EVENT_STOPPED_DESTROYED: self = .destroyed
        case VIR_DOMAIN_EVENT_STOPPED_CRASHED: self = .crashed
        case VIR_DOMAIN_EVENT_STOPPED_FAILED: self = .failed
        default: self = .moved
        }
    }
}
