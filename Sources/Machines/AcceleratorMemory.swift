internal import Foundation
internal import HostSystem
internal import SystemPackage

/// The accelerator's verdict, remembered per host and kernel in `STATE/accelerator.json`.
struct AcceleratorMemory {
    private struct Entry: Codable {
        let host: String
        let verdict: AcceleratorVerdict
    }

    let state: FilePath

    private var file: FilePath { state.appending("accelerator.json") }

    /// The verdict for `request`; only `auto` is remembered.
    func choose(_ request: AcceleratorRequest, probe: AcceleratorProbe = AcceleratorProbe()) async throws
        -> AcceleratorVerdict
    {
        guard request == .auto else { return try await probe.choose(request) }
        if let verdict = remembered { return verdict }
        let verdict = try await probe.choose(.auto)
        try state.createFolder(durably: true)
        try file.writeAtomically(try JSONEncoder().encode(Entry(host: Self.host(), verdict: verdict)))
        return verdict
    }

    /// The verdict for `auto`; nil if it must be measured first.
    var remembered: AcceleratorVerdict? {
        guard let bytes = try? file.readBytes(limit: .mebibytes(1)),
            let entry = try? JSONDecoder().decode(Entry.self, from: Data(bytes)), entry.host == Self.host()
        else { return nil }
        return entry.verdict
    }

    /// Lets the next one be measured again.
    func forget() {
        try? file.remove()
    }

    /// What the verdict holds for: this host, this boot of this kernel, these rights on /dev/kvm.
    private static func host() -> String {
        var names = utsname()
        uname(&names)
        let release = withUnsafeBytes(of: &names.release) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        let boot = (try? FilePath("/proc/sys/kernel/random/boot_id").readText(limit: .mebibytes(1))) ?? ""
        return "\(release) \(boot.prefix(36)) \(access("/dev/kvm", R_OK | W_OK) == 0)"
    }
}

extension HypervisorSettings {
    /// The accelerator that machines will use; nil while that must be measured first.
    package var knownAccelerator: Accelerator? {
        switch accelerator {
        case .kvm: .kvm
        case .tcg: .tcg
        case .auto: AcceleratorMemory(state: state).remembered?.accelerator
        }
    }
}
