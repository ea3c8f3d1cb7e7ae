import Testing
import VirtualMachineTestSupport

/// What takes too long for every change; `.ci/test-full` runs each suite inside as a part of its own.
@Suite(WithLab())
struct LongTests {}
