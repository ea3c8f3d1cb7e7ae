internal import Foundation
internal import GuestAgent
internal import HostSystem
internal import Libvirt
package import SystemPackage

/// What is saved of a machine that failed, before it ends: enough to understand it without running it again.
///
/// ```
/// bundle/cause.txt        the named cause, its evidence, what to do
/// bundle/screen.png       the screen of a machine that still runs (screen.ppm before QEMU 7.1)
/// bundle/console-tail.txt the last of the serial console
/// bundle/domain.xml       the machine as libvirt ran it
/// bundle/qemu.log         what QEMU printed
/// bundle/installer/       the installer's logs and status, read over the agent
/// bundle/disk/            logs from the disk of a system that did not come up, read offline
/// ```
package struct FailureBundle: Sendable {
    /// The folder it fills.
    package let folder: FilePath

    /// A bundle in `folder`.
    package init(folder: FilePath) {
        self.folder = folder
    }

    /// Collects all that can be had within 30 s; what cannot be had is left out.
    package func collect(
        _ machine: Machine, error: any Error, consoleLog: FilePath, hypervisor: Hypervisor, guestFiles: [FilePath]
    ) async {
        _ = try? await withDeadline(.seconds(30), for: "the failure bundle") { [self] in
            try folder.createFolder()
            try folder.appending("cause.txt").write("\(error)\n".utf8)
            try? await saveScreen(machine)
            // A domain that has ended has no definition of its own any more.
            let xml = (try? await machine.domain.xml()) ?? machine.startXML
            try folder.appending("domain.xml").write(xml.utf8)
            if let tail = try? consoleLog.readTail(64 << 10) { try folder.appending("console-tail.txt").write(tail) }
            let log = hypervisor.log(of: machine.definition.name)
            if let text = try? log.readTail(1 << 20) { try folder.appending("qemu.log").write(text) }
            await saveFiles(guestFiles, of: machine)
        }
    }

    /// QEMU before 7.1 gives a pixmap, and later ones a PNG.
    private func saveScreen(_ machine: Machine) async throws {
        let picture = folder.appending("screen.png")
        guard try await machine.domain.takeScreenshot(to: picture) != "image/png" else { return }
        try picture.rename(to: folder.appending("screen.ppm"))
    }

    private func saveFiles(_ paths: [FilePath], of machine: Machine) async {
        guard !paths.isEmpty, (try? await machine.agent.ping(deadline: .seconds(2))) != nil else { return }
        let target = folder.appending("installer")
        for path in paths {
            guard let bytes = try? await machine.agent.read(path, limit: .mebibytes(4)),
                let name = path.lastComponent
            else { continue }
            try? target.createFolder()
            try? target.appending(name).write(bytes)
        }
    }
}
