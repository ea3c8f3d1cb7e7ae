/// Signs in what a program printed before it failed: the documented words of kernels, C libraries and package managers.
///
/// Only what has failed is read. Programs print such words and get over them, so a guest that answers has a say, too.
package struct OutputSigns: Sendable {
    private struct Sign {
        /// All of these stand in one line.
        let words: [String]
        let cause: FailureCause
        /// Whether the words are said of other troubles, too, so that the guest must confirm the cause.
        var isWeak = false
        /// Whether the words are the whole line.
        var isLine = false

        init(_ words: String..., cause: FailureCause, isWeak: Bool = false, isLine: Bool = false) {
            self.words = words
            self.cause = cause
            self.isWeak = isWeak
            self.isLine = isLine
        }

        func stands(in line: String) -> Bool {
            isLine ? words == [line] : words.allSatisfy { line.contains($0) }
        }
    }

    private let guest: GuestState?
    private let isOfMedium: Bool

    /// Signs in the output of something in a guest that shows this state.
    ///
    /// - Parameters:
    ///   - guest: What the guest says of its disks, memory and network; nil if it could not be asked.
    ///   - medium: Whether packages come from the installer's medium.
    package init(guest: GuestState? = nil, medium isOfMedium: Bool = false) {
        self.guest = guest
        self.isOfMedium = isOfMedium
    }

    /// The failure that the last lines of the output of something that failed show; nil if it failed for its own reason.
    ///
    /// - Parameters:
    ///   - lines: The end of the output, oldest line first.
    ///   - evidence: What failed, shown behind the telling line.
    package func failure(in lines: [String], evidence: [String]) -> MachineFailure? {
        if let line = guest?.outOfMemory.first {
            return MachineFailure(.guestOutOfMemory, evidence: [line] + evidence)
        }
        for sign in Self.signs where isPossible(sign) {
            guard let line = lines.last(where: sign.stands) else {
                continue
            }
            let cause = isOfMedium && sign.cause == .packageUnknown ? FailureCause.packageNotOffline : sign.cause
            return MachineFailure(cause, evidence: [line] + evidence + (guest?.remarks(on: cause) ?? []))
        }
        return nil
    }

    private func isPossible(_ sign: Sign) -> Bool {
        switch sign.cause {
        case .guestDiskFull: guest?.isRoomy != true
        case .networkAbsent where sign.isWeak: guest?.hasRoute == false
        default: true
        }
    }

    /// The first that fits counts. What is wanting stands before what follows from that: a package list that could not be
    /// fetched for want of a network makes every package unknown.
    private static let signs = [
        Sign("No space left on device", cause: .guestDiskFull),
        Sign("don't have enough free space in", cause: .guestDiskFull),
        Sign("more space needed on the", cause: .guestDiskFull),
        Sign("Disk full", cause: .guestDiskFull),
        Sign("Cannot allocate memory", cause: .guestOutOfMemory),
        Sign("memory exhausted", cause: .guestOutOfMemory),
        Sign("MemoryError", cause: .guestOutOfMemory, isLine: true),
        Sign("Temporary failure resolving", cause: .networkAbsent),
        Sign("Temporary failure in name resolution", cause: .networkAbsent),
        Sign("Network is unreachable", cause: .networkAbsent),
        Sign("Could not resolve host", cause: .networkAbsent, isWeak: true),
        Sign("Could not resolve '", cause: .networkAbsent, isWeak: true),
        Sign("Name or service not known", cause: .networkAbsent, isWeak: true),
        Sign("Couldn't resolve host", cause: .networkAbsent, isWeak: true),
        Sign("No route to host", cause: .networkAbsent, isWeak: true),
        Sign("unable to resolve", cause: .networkAbsent, isWeak: true),
        Sign("dependent clones", cause: .datasetHasClones),
        Sign("clones of previous snapshots exist", cause: .datasetHasClones),
        Sign("unable to execute installed", "script", cause: .postInstallSkipped),
        Sign("post-installation script", "error exit status 126", cause: .postInstallSkipped),
        Sign("post-installation script", "error exit status 127", cause: .postInstallSkipped),
        Sign("Failed to exec scriptlet interpreter", cause: .postInstallSkipped),
        Sign("Failed to fetch file:", cause: .packageNotOffline),
        Sign("Failed to fetch copy:", cause: .packageNotOffline),
        Sign("Failed to fetch cdrom:", cause: .packageNotOffline),
        Sign("File not found - /", cause: .packageNotOffline),
        Sign("404", "127.0.0.1", cause: .packageNotOffline),
        Sign("404", "localhost", cause: .packageNotOffline),
        Sign("Couldn't read a file:// file", cause: .packageNotOffline),
        Sign("Couldn't open file", "file://", cause: .packageNotOffline),
        Sign("but it is not installable", cause: .packageNotOffline),
        Sign("nothing provides", "needed by", cause: .packageNotOffline),
        Sign("Unable to locate package", cause: .packageUnknown),
        Sign("has no installation candidate", cause: .packageUnknown),
        Sign("Version '", "was not found", cause: .packageUnknown),
        Sign("Couldn't find any package by", cause: .packageUnknown),
        Sign("No match for argument:", cause: .packageUnknown),
        Sign("Unable to find a match:", cause: .packageUnknown),
        Sign("error: target not found:", cause: .packageUnknown),
    ]
}
