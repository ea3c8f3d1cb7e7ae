package import FoundationXML
internal import Libvirt

extension Accelerator {
    /// The processors of a domain that wants `wanted` (formatdomain.html, `vcpu`).
    ///
    /// - Parameter room: For how many an emulated one has room, although it has one: a kernel that can get no second one
    ///   patches itself for a single processor with each module that it loads, which costs QEMU 7.2 a quarter of a boot.
    package func processorCount(_ wanted: Int, room: Int) -> XMLElement {
        let count = "\(processors(of: wanted))"
        guard self == .tcg, room > 1 else { return node("vcpu", text: count) }
        return node("vcpu", ["current": count], text: "\(room)")
    }

    /// The kind of a domain's processors (formatdomain.html, `cpu`).
    ///
    /// What costs time under emulation is masked there: five-level page tables, which give a guest nothing that has less than
    /// 64 TiB, and `erms`, for which kernels copy by `rep movsb`, which is emulated byte for byte (a tenth of a boot's time).
    package var processorKind: XMLElement {
        switch self {
        case .kvm: node("cpu", ["mode": "host-passthrough", "check": "none"])
        case .tcg:
            node(
                "cpu", ["mode": "maximum", "check": "none"],
                children: ["la57", "erms"].map { node("feature", ["policy": "disable", "name": $0]) })
        }
    }
}
