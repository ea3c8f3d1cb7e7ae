internal import HostSystem
internal import Libvirt
package import SystemPackage

/// A folder in which other processes ask for a picture of a running machine's screen.
///
/// They cannot ask libvirt: its embedded driver belongs to the process that runs the machine. So that process looks
/// into the folder four times a second. The folder is there for as long as the machine is.
///
/// ```
/// ID.request   somebody wants a picture      ID.png     the picture (ID.ppm before QEMU 7.1)
///                                            ID.error   why there is none
/// ```
package struct ScreenDesk: Sendable {
    /// The folder.
    let folder: FilePath

    /// A desk in `folder`.
    package init(folder: FilePath) {
        self.folder = folder
    }

    /// Answers requests for pictures of `machine` while `body` runs.
    package func serve<Result>(_ machine: Machine, _ body: () async throws -> Result) async throws -> Result {
        // No build fails because nobody can ask for its screen.
        try? folder.createFolder()
        // Nobody waits for this task: a QEMU that hangs while it is asked must not keep its machine from being ended.
        let answering = Task {
            while !Task.isCancelled {
                for name in folder.folderEntries where name.wholeMatch(of: /[0-9a-f]{16}\.request/) != nil {
                    await answer(String(name.prefix(16)), of: machine)
                }
                try await ContinuousClock().sleep(for: .milliseconds(250))
            }
        }
        return try await withCleanup {
            try await body()
        } cleanup: {
            answering.cancel()
            try? folder.remove()
        }
    }

    private func answer(_ id: String, of machine: Machine) async {
        do {
            try folder.appending("\(id).request").remove()
            let partial = folder.appending("\(id).partial")
            let type = try await machine.domain.takeScreenshot(to: partial)
            try partial.rename(to: folder.appending(type == "image/png" ? "\(id).png" : "\(id).ppm"))
        } catch {
            try? folder.appending("\(id).error").writeAtomically("\(error)".utf8)
        }
    }

    /// Asks whoever serves this desk for a picture.
    ///
    /// - Throws: ``ScreenDeskError``, or an `Errno` when one may not ask here.
    package func picture(deadline: Duration = .seconds(20)) async throws -> ScreenPicture {
        let id = String.randomHex(digits: 16)
        return try await withCleanup {
            do {
                try folder.appending("\(id).request").write([])
                return try await poll(every: .milliseconds(100), deadline: deadline, for: "the picture") {
                    try answer(to: id)
                }
            } catch Errno.noSuchFileOrDirectory {
                throw ScreenDeskError.machineEnded
            } catch is DeadlineError {
                throw ScreenDeskError.noAnswer(limit: deadline)
            }
        } cleanup: { [folder] in
            for suffix in ["request", "png", "ppm", "error"] { try? folder.appending("\(id).\(suffix)").remove() }
        }
    }

    /// What was answered to a request; nil so far.
    private func answer(to id: String) throws -> ScreenPicture? {
        for (suffix, type) in [("png", "image/png"), ("ppm", "image/x-portable-pixmap")] {
            let file = folder.appending("\(id).\(suffix)")
            if file.exists { return ScreenPicture(bytes: try file.readBytes(limit: .mebibytes(256)), type: type) }
        }
        if let reason = try? folder.appending("\(id).error").readText() { throw ScreenDeskError.refused(reason) }
        guard folder.exists else { throw ScreenDeskError.machineEnded }
        return nil
    }
}

/// A picture of a machine's screen.
package struct ScreenPicture: Sendable {
    /// The image file.
    package let bytes: [UInt8]
    /// Its media type: `image/png`, or `image/x-portable-pixmap` before QEMU 7.1.
    package let type: String
}

/// Why there is no picture of a machine's screen.
package enum ScreenDeskError: Error, Equatable, CustomStringConvertible {
    /// The machine is gone.
    case machineEnded
    /// libvirt gave none.
    case refused(String)
    /// The process that runs the machine did not answer.
    case noAnswer(limit: Duration)

    package var description: String {
        switch self {
        case .machineEnded: "the machine has just ended"
        case .refused(let reason): "no picture can be had: \(reason)"
        case .noAnswer(let limit):
            "the build did not answer within \(limit.components.seconds) s; it is stopped, or its QEMU hangs; try again"
        }
    }
}
