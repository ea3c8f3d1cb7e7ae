internal import Foundation
package import HostSystem
internal import Machines
package import Pipeline
package import SystemPackage

/// Makes sure, before the first long stage, that this host has what the build needs.
package struct CheckHost: Stage {
    package static let name = "check-host"
    package static let summary = "check tools, firmware, memory, disk space, clock, locks and rights"
    package static let revision = 1
    package static let product = StageProduct.nothing

    let template: Template
    let medium: InstallMedium
    let state: StateFolder
    let output: FilePath

    /// The check for a template's build from `medium` that keeps its state and its releases in these folders.
    package init(template: Template, medium: InstallMedium, state: StateFolder, output: FilePath) {
        self.template = template
        self.medium = medium
        self.state = state
        self.output = output
    }

    package func ingredients() async throws -> Ingredients? {
        Ingredients()
    }

    package func run(_ work: StageWork) async throws {
        try await medium.expectPresence()
        try checkOutput()
        try checkClock()
        try await checkLocks()
        let shortfalls = await HostFacts.toolShortfalls()
        guard shortfalls.isEmpty else { throw HostError.tools(shortfalls) }
        guard HostFacts.firmware() != nil else { throw HostError.firmware }
        let memory = HostFacts.availableMemory()
        guard memory >= template.machine.memory else {
            throw HostError.memory(wanted: template.machine.memory, available: memory)
        }
        try checkSpace()
        guard let user = QEMUUser.current() else { throw HypervisorError.noAccount }
        if let obstacle = user.obstacle(to: state.root) { throw HostError.access(user: user.name, path: obstacle) }
    }

    /// Releases are written at the end of a long build; whether they can be is found out before it.
    private func checkOutput() throws {
        try? output.createFolder(durably: true)
        guard output.isFolder, access(output.string, W_OK | X_OK) == 0 else { throw HostError.output(output) }
    }

    private func checkClock() throws {
        let now = Date()
        if let seen = HostClock.contradiction(of: now, in: state) {
            throw HostError.clock(now: UTCStamp.full(now), seen: seen)
        }
    }

    /// Some network file systems have no locks, and a garbage collection that never ends would stop every build.
    private func checkLocks() async throws {
        do {
            try await state.store.withoutRemovals {}
        } catch let error as Errno {
            throw HostError.locks(state.locks, error)
        }
    }

    private func checkSpace() throws {
        let need = SpaceNeed(of: template)
        let wishes =
            try state.root.sharesFileSystem(with: output)
            ? [(state.root, need.together)] : [(state.root, need.state), (output, need.output)]
        for (folder, wanted) in wishes {
            let free = try folder.freeSpace()
            guard free >= wanted else { throw HostError.space(folder: folder, wanted: wanted, free: free) }
        }
    }
}

/// What this host lacks for a build.
package enum HostError: Error, CustomStringConvertible {
    /// Programs that are not installed, or too old.
    case tools([String])
    /// No UEFI firmware for guests.
    case firmware
    /// Less memory than the machine has.
    case memory(wanted: ByteCount, available: ByteCount)
    /// A file system with too little room.
    case space(folder: FilePath, wanted: ByteCount, free: ByteCount)
    /// A place where releases cannot be written.
    case output(FilePath)
    /// A clock that stands before a time that has been.
    case clock(now: String, seen: String)
    /// A folder in which no file can be locked.
    case locks(FilePath, Errno)
    /// A folder that QEMU's account cannot enter.
    case access(user: String, path: FilePath)

    package var description: String {
        switch self {
        case .tools(let names): "this host lacks \(names.joined(separator: ", ")); run 'make setup', or install them"
        case .firmware: "this host has no UEFI firmware for guests; install the package 'ovmf'"
        case .memory(let wanted, let available):
            "the machine wants \(wanted) of memory and \(available) are available; lower 'memory', or stop something"
        case .space(let folder, let wanted, let free):
            "the build needs about \(wanted) in \(folder), where \(free) are free; free some, or set IMAGEFACTORY_STATE"
        case .output(let folder):
            "releases cannot be written to \(folder); make it a folder that you may write, or name another with --output"
        case .clock(let now, let seen):
            "this host's clock says \(now), but it has been \(seen) already; set it, then build again"
        case .locks(let folder, let error):
            "files in \(folder) cannot be locked (\(error)); move the state to a local disk with IMAGEFACTORY_STATE"
        case .access(let user, let path):
            "QEMU runs as '\(user)', which may not enter \(path); move the state with IMAGEFACTORY_STATE, or open that folder"
        }
    }
}
