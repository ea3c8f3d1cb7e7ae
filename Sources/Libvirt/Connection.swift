internal import CLibvirt
internal import Glibc
internal import HostSystem

/// An open connection to a hypervisor.
package final class Connection: Sendable {
    /// The URI it was opened with.
    package let uri: String
    let pointer: ConnectionPointer
    private let hub: EventHub
    private let registrations: [CInt]

    /// When a daemon that hangs counts as lost.
    package enum Patience: Sendable {
        /// After 16 s at most: what it runs is watched, and a loss is to be named soon.
        case short
        /// After 110 s at most: a busy host of many machines may stop some of them meanwhile, or be far away.
        case long

        /// How often it is asked for a sign of life, in seconds, and how often it may leave that unanswered.
        fileprivate var keepAlive: (interval: Int32, count: UInt32) {
            switch self {
            case .short: (4, 3)
            case .long: (10, 10)
            }
        }
    }

    /// Opens a connection; an embedded one (`qemu:///embed?root=DIR`) starts the driver inside this process.
    ///
    /// A process can hold one embedded root at a time, and a root belongs to one process.
    package static func open(_ uri: String, patience: Patience = .short) async throws -> Connection {
        try await offloaded { _ in try Connection(uri: uri, patience: patience) }
    }

    private init(uri: String, patience: Patience) throws(LibvirtError) {
        try EventLoop.start()
        self.uri = uri
        let connection = ConnectionPointer(raw: try check(virConnectOpen(uri), "open \(uri)"))
        let hub = EventHub()
        do {
            registrations = [
                try connection.register(
                    VIR_DOMAIN_EVENT_ID_LIFECYCLE, imagefactory_lifecycle_callback(lifecycleCallback), hub),
                try connection.register(
                    VIR_DOMAIN_EVENT_ID_AGENT_LIFECYCLE, imagefactory_agent_callback(agentCallback), hub),
                try connection.register(
                    VIR_DOMAIN_EVENT_ID_IO_ERROR_REASON, imagefactory_disk_error_callback(diskErrorCallback), hub),
            ]
        } catch {
            virConnectClose(connection.raw)
            throw error
        }
        pointer = connection
        self.hub = hub
        // The hub outlives the registration, which `deinit` ends. A driver in this process has neither.
        virConnectRegisterCloseCallback(connection.raw, closeCallback, Unmanaged.passUnretained(hub).toOpaque(), nil)
        virConnectSetKeepAlive(connection.raw, patience.keepAlive.interval, patience.keepAlive.count)
    }

    deinit {
        virConnectUnregisterCloseCallback(pointer.raw, closeCallback)
        for registration in registrations { virConnectDomainEventDeregisterAny(pointer.raw, registration) }
        virConnectClose(pointer.raw)
        hub.finish()
    }

    /// The events of the domain named `name` from now on; the stream ends with the connection.
    package func events(of name: String) -> AsyncStream<DomainEvent> {
        hub.subscribe(to: name)
    }

    /// Whether libvirt can still be spoken to; once it cannot, it never can again by this connection.
    package var isAlive: Bool {
        virConnectIsAlive(pointer.raw) == 1
    }

    /// When libvirt last said that the domain named `name` had stopped; nil if it never did.
    package func stop(of name: String) -> ContinuousClock.Instant? {
        hub.stop(of: name)
    }

    /// Starts a domain that exists only as long as it runs.
    ///
    /// - Parameter paused: Whether it waits for ``Domain/resume()``, so that a listener misses nothing of its start.
    package func create(xml: String, name: String, paused: Bool) async throws -> Domain {
        try await offloaded { [self] _ in
            let flags = paused ? UInt32(VIR_DOMAIN_START_PAUSED.rawValue) : 0
            let raw = try check(virDomainCreateXML(pointer.raw, xml, flags), "start the domain \(name)")
            return Domain(name: name, pointer: raw, connection: self)
        }
    }

    /// The domain named `name`; nil if there is none.
    package func domain(named name: String) async throws -> Domain? {
        try await offloaded { [self] _ in
            do {
                return Domain(
                    name: name, pointer: try check(virDomainLookupByName(pointer.raw, name), "find the domain \(name)"),
                    connection: self)
            } catch let error as LibvirtError where error.code == .noDomain {
                return nil
            }
        }
    }

    /// What the host is and how its libvirt was set up (`virsh capabilities`), as XML.
    package func capabilities() async throws -> String {
        try await offloaded { [self] _ in
            let text = try check(virConnectGetCapabilities(pointer.raw), "tell the host's capabilities")
            defer { free(text) }
            return String(cString: text)
        }
    }

    /// What the hypervisor can do with a machine type and an accelerator (`virsh domcapabilities`), as XML.
    package func domainCapabilities(machine: String, accelerator: String) async throws -> String {
        try await offloaded { [self] _ in
            let text = try check(
                virConnectGetDomainCapabilities(pointer.raw, nil, "x86_64", machine, accelerator, 0),
                "tell the capabilities of \(machine) under \(accelerator)")
            defer { free(text) }
            return String(cString: text)
        }
    }

    /// libvirt's version, such as `9.0.0`.
    package static var libraryVersion: String {
        var version: UInt = 0
        guard Library.isReady, virGetVersion(&version, nil, nil) == 0 else { return "unknown" }
        return text(ofVersion: version)
    }

    /// QEMU's version, such as `7.2.22`.
    package func hypervisorVersion() async throws -> String {
        try await offloaded { [self] _ in
            var version: UInt = 0
            try check(virConnectGetVersion(pointer.raw, &version), "tell QEMU's version")
            return Self.text(ofVersion: version)
        }
    }

    private static func text(ofVersion version: UInt) -> String {
        "\(version / 1_000_000).\(version / 1000 % 1000).\(version % 1000)"
    }
}

/// A connection's C handle.
///
/// `@unchecked Sendable`: libvirt's objects may be used by several threads at once (libvirt.org, "Thread safety").
struct ConnectionPointer: @unchecked Sendable {
    let raw: virConnectPtr

    fileprivate func register(
        _ event: virDomainEventID, _ callback: virConnectDomainEventGenericCallback?, _ hub: EventHub
    ) throws(LibvirtError) -> CInt {
        let box = Unmanaged.passRetained(hub)
        let result = virConnectDomainEventRegisterAny(raw, nil, CInt(event.rawValue), callback, box.toOpaque()) {
            $0.map { Unmanaged<EventHub>.fromOpaque($0).release() }
        }
        guard result >= 0 else {
            let error = LibvirtError.last("register for events")
            box.release()
            throw error
        }
        return result
    }
}

private let lifecycleCallback: virConnectDomainEventCallback = { _, domain, event, detail, context in
    deliver(DomainEvent(lifecycle: event, detail: detail), of: domain, to: context)
    return 0
}

private let agentCallback: virConnectDomainEventAgentLifecycleCallback = { _, domain, state, _, context in
    deliver(DomainEvent(agentState: state), of: domain, to: context)
}

private let diskErrorCallback: virConnectDomainEventIOErrorReasonCallback = {
    _, domain, path, _, action, reason, context in
    deliver(
        DomainEvent(
            diskErrorAt: path.map { String(cString: $0) } ?? "", action: action,
            reason: reason.map { String(cString: $0) } ?? ""),
        of: domain, to: context)
}

private let closeCallback: virConnectCloseFunc = { _, reason, context in
    guard let context else { return }
    let text =
        switch virConnectCloseReason(UInt32(bitPattern: reason)) {
        case VIR_CONNECT_CLOSE_REASON_EOF: "its daemon ended"
        case VIR_CONNECT_CLOSE_REASON_KEEPALIVE: "its daemon gave no sign of life"
        default: "the connection failed"
        }
    Unmanaged<EventHub>.fromOpaque(context).takeUnretainedValue().publishLoss(text)
}

private func deliver(_ event: DomainEvent?, of domain: virDomainPtr?, to context: UnsafeMutableRawPointer?) {
    guard let event, let context, let name = domain.flatMap({ virDomainGetName($0) }) else { return }
    Unmanaged<EventHub>.fromOpaque(context).takeUnretainedValue().publish(event, of: String(cString: name))
}
