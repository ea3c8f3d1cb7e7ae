import Testing
import VirtualMachineTestSupport

/// Everything with real guests. The suites inside run beside each other; ``Lab/turn(_:)`` keeps the host usable.
@Suite(WithLab(), .timeLimit(.minutes(60)))
struct VirtualMachineTests {}
