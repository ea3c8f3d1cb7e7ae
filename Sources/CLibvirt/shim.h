#pragma once
#include <libvirt/libvirt-qemu.h>
#include <libvirt/libvirt.h>
#include <libvirt/virterror.h>

/// `VIR_DOMAIN_EVENT_CALLBACK` is a casting macro, which Swift cannot import.
static inline virConnectDomainEventGenericCallback
imagefactory_lifecycle_callback(virConnectDomainEventCallback callback) {
    return VIR_DOMAIN_EVENT_CALLBACK(callback);
}

/// The same cast for the agent's lifecycle events.
static inline virConnectDomainEventGenericCallback
imagefactory_agent_callback(virConnectDomainEventAgentLifecycleCallback callback) {
    return VIR_DOMAIN_EVENT_CALLBACK(callback);
}

/// The same cast for disk errors with their reason.
static inline virConnectDomainEventGenericCallback
imagefactory_disk_error_callback(virConnectDomainEventIOErrorReasonCallback callback) {
    return VIR_DOMAIN_EVENT_CALLBACK(callback);
}
