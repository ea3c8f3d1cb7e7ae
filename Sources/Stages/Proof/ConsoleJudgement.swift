internal import HostSystem
internal import Machines
internal import Pipeline
internal import SystemPackage

/// The errors of a kernel's among what a guest said, apart from what its template allows.
struct ConsoleJudgement: Sendable, Codable, Equatable {
    /// A line that the template allows.
    struct Excuse: Sendable, Codable, Equatable {
        /// The line.
        let line: String
        /// Why it does no harm.
        let reason: String
    }

    /// The lines that nothing allows.
    private(set) var errors: [String] = []
    /// The lines that the template allows.
    private(set) var allowed: [Excuse] = []

    /// Judges lines; the same error in the console's log and in the kernel's counts once.
    init(of lines: some Sequence<String>, allowing list: [Template.AllowedLine], accelerator: Accelerator) {
        for line in KernelErrors.found(in: lines, accelerator: accelerator) {
            if let excuse = list.first(where: { line.contains($0.text) }) {
                allowed.append(Excuse(line: line, reason: excuse.reason))
            } else {
                errors.append(line)
            }
        }
    }

    /// What is wrong; nil if nothing is.
    var failure: String? {
        guard let first = errors.first else { return nil }
        let more = errors.count > 1 ? ", and \(errors.count - 1) more" : ""
        return "the kernel said '\(first)'\(more); where that is harmless, allow it under 'proof: allow-console:'"
    }
}
