/// What executes a guest's instructions.
package enum Accelerator: String, Sendable, Codable {
    /// The processor itself, through /dev/kvm.
    case kvm
    /// QEMU's emulation.
    case tcg

    /// How many processors a machine gets that asks for `wanted`: one, where they are emulated.
    ///
    /// QEMU emulates each in a thread of its own, and may keep a translation of code that another thread has changed
    /// meanwhile. Linux changes its own code all the time, by breakpoints; a guest that runs into one that is gone panics
    /// with 'Oops: int3'. QEMU 7.2 lets that happen, and 10.0 more rarely.
    package func processors(of wanted: Int) -> Int {
        self == .kvm ? wanted : 1
    }
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
