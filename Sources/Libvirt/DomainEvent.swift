internal import CLibvirt

/// What libvirt says happened to a domain.
package enum DomainEvent: Sendable, Equatable {
    /// The domain runs, or runs again.
    case running
    /// The domain is paused.
    case paused
    /// QEMU paused the domain because a disk request failed on the host.
    case diskError
    /// The guest has asked for power-off; the domain is about to stop.
    case shuttingDown
    /// The domain is gone.
    case stopped(StopReason)
    /// The guest's kernel reported a panic.
    case panicked
    /// The guest's agent opened its channel.
    case agentConnected
    /// The guest's agent closed its channel.
    case agentDisconnected

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
            self = UInt32(bitPattern: detail) == VIR_DOMAIN_EVENT_SUSPENDED_IOERROR.rawValue ? .diskError : .paused
        case VIR_DOMAIN_EVENT_SHUTDOWN: self = .shuttingDown
        case VIR_DOMAIN_EVENT_CRASHED: self = .panicked
        case VIR_DOMAIN_EVENT_STOPPED: self = .stopped(StopReason(detail: detail))
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
