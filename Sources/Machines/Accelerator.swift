/// What executes a guest's instructions.
package enum Accelerator: String, Sendable, Codable {
    /// The processor itself, through /dev/kvm.
    case kvm
    /// QEMU's emulation.
    case tcg
}

/// What the user asked for.
package enum AcceleratorRequest: String, Sendable, Codable, CaseIterable {
    case auto
    case kvm
    case tcg
}

/// An accelerator with the reason why it was taken.
package struct AcceleratorVerdict: Sendable, Codable, Equatable {
    /// The accelerator to use.
    package let accelerator: Accelerator
    /// Why, as a sentence for people.
    package let reason: String

    /// A choice with its reason.
    package init(_ accelerator: Accelerator, reason: String) {
        self.accelerator = accelerator
        self.reason = reason
    }
}
