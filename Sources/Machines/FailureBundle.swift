internal import Foundation
internal import GuestAgent
internal import HostSystem
internal import Libvirt
package import SystemPackage

/// What is saved of a machine that failed, before it ends: enough to understand it without running it again.
///
/// ```
/// bundle/cause.txt        the named cause, its evidence, what to do
/// bundle/cause.json       the same for programs: ``CauseRecord``
/// bundle/screen.png       the screen of a machine that still runs (screen.ppm before QEMU 7.1)
/// bundle/console-tail.txt the last of the serial console
/// bundle/domain.xml       the machine as libvirt ran it
/// bundle/qemu.log         what QEMU printed
/// bundle/installer/       the installer's logs and status, read over the agent
/// bundle/guest/           the journal, the kernel's log, processes, disks and failed units, read over the agent
/// bundle/disk/            logs from the disk of a system that did not come up, read offline
/// ```
package struct FailureBundle: Sendable {
    /// How long all of it may take; what is not there by then is left out.
    private static let deadline: Duration = .seconds(30)
    /// The most that is kept of what one command prints in the guest.
    private static let outputLimit = 512 << 10

    /// The folder it fills.
    package let folder: FilePath

    /// A bundle in `folder`.
    package init(folder: FilePath) {
        self.folder = folder
    }

    /// Collects all that can be had; what cannot be had is left out.
    ///
    /// - Parameters:
    ///   - guestFiles: Files in the guest that belong to the bundle.
    /// - Returns: Whether the guest itself could be asked.
    package func collect(_ scene: FailureScene, error: any Error, guestFiles: [FilePath]) async -> Bool {
        var record = CauseRecord(error, machine: scene.name, redactor: scene.redactor)
        try? folder.createFolder()
        save(Array("\(scene.redactor.text("\(error)"))\n".utf8), as: "cause.txt")
        save(record.json, as: "cause.json")
        if let tail = try? scene.consoleLog.readTail(64 << 10) { save(tail, as: "console-tail.txt") }
        if let text = try? scene.log.readTail(1 << 20) { save(scene.redactor.bytes(text), as: "qemu.log") }
        // A domain that has ended has no definition of its own any more.
        save(Array(scene.xml.utf8), as: "domain.xml")
        var hasGuest = false
        if let machine = scene.machine {
            let asked = try? await withDeadline(Self.deadline, for: "the failure bundle") { [self] in
                async let screen: Void = saveScreen(machine)
                async let definition: Void = saveDefinition(machine)
                let hasGuest = await saveGuest(machine, files: guestFiles)
                _ = await (screen, definition)
                return hasGuest
            }
            hasGuest = asked ?? false
        }
        record.noteCollected()
        save(record.json, as: "cause.json")
        return hasGuest
    }

    private func save(_ bytes: [UInt8], as name: String) {
        try? folder.appending(name).write(bytes)
    }

    /// QEMU may hang and never answer; who runs out of time does not wait for that.
    private func saveDefinition(_ machine: Machine) async {
        let xml = try? await abandonable { [domain = machine.domain] in try await domain.xml() }
        if let xml { save(Array(xml.utf8), as: "domain.xml") }
    }

    /// QEMU before 7.1 gives a pixmap, and later ones a PNG.
    private func saveScreen(_ machine: Machine) async {
        let partial = folder.appending("screen.partial")
        do {
            let type = try await abandonable { [domain = machine.domain] in
                try await domain.takeScreenshot(to: partial)
            }
            try partial.rename(to: folder.appending(type == "image/png" ? "screen.png" : "screen.ppm"))
        } catch {
            try? partial.remove()
        }
    }

    // MARK: - The guest's own words

    /// Whether the guest answered.
    private func saveGuest(_ machine: Machine, files: [FilePath]) async -> Bool {
        guard (try? await machine.agent.ping(deadline: .seconds(2))) != nil else { return false }
        await saveFiles(files, of: machine)
        var hasAnswered = false
        for (name, command) in Self.questions {
            let lines = "\(command) 2>&1 | tail -c \(Self.outputLimit)"
            guard let result = try? await machine.agent.shell(lines, deadline: .seconds(15)),
                !result.standardOutput.isEmpty
            else { continue }
            hasAnswered = true
            let target = folder.appending("guest")
            try? target.createFolder()
            try? target.appending(name).write(machine.redactor.bytes(result.standardOutput))
        }
        return hasAnswered
    }

    private static let questions = [
        ("journal.txt", "journalctl --boot --no-pager --output=short-precise --lines=3000"),
        ("kernel.txt", "dmesg"),
        ("processes.txt", "ps -eo pid,ppid,stat,rss,etimes,wchan:20,args --sort=-rss"),
        ("disks.txt", "df -hT; df -i"),
        ("units.txt", "systemctl --no-pager list-jobs; systemctl --no-pager --failed"),
    ]

    private func saveFiles(_ paths: [FilePath], of machine: Machine) async {
        let target = folder.appending("installer")
        for path in paths {
            guard let bytes = try? await machine.agent.read(path, limit: .mebibytes(4)),
                let name = path.lastComponent
            else { continue }
            try? target.createFolder()
            try? target.appending(name).write(machine.redactor.bytes(bytes))
        }
    }
}
