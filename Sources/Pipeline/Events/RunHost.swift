internal import Foundation

/// The host of a run, as far as it shapes how long things take.
package struct RunHost: Sendable, Codable, Equatable {
    /// Its name.
    package let name: String
    /// The kernel's release: `6.1.0-18-amd64`.
    package let kernel: String
    /// How many processors it has.
    package let cores: Int
    /// Its memory in bytes.
    package let memory: Int64

    /// A host with known facts.
    package init(name: String, kernel: String, cores: Int, memory: Int64) {
        self.name = name
        self.kernel = kernel
        self.cores = cores
        self.memory = memory
    }

    /// This host.
    package static var current: RunHost {
        var names = utsname()
        uname(&names)
        func text(_ field: some Any) -> String {
            withUnsafeBytes(of: field) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        }
        let process = ProcessInfo.processInfo
        return RunHost(
            name: text(names.nodename), kernel: text(names.release), cores: process.activeProcessorCount,
            memory: Int64(clamping: process.physicalMemory))
    }
}
