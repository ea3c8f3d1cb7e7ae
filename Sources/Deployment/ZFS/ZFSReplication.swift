internal import HostSystem
internal import Synchronization

/// Sends images from one store to another, such as a backup pool or another host.
///
/// Each version is sent by itself, the oldest first: whole where the target has none of the template, else as what differs
/// from the newest that both have, or that the source remembers by a bookmark. What was broken off is gone on with.
package struct ZFSReplication: Sendable {
    private let source: ZFSStore
    private let target: ZFSStore
    /// Is told what goes on, and how far it is.
    package var progress: @Sendable (TransferProgress) -> Void = { _ in }

    /// The way from one store to another.
    package init(from source: ZFSStore, to target: ZFSStore) {
        self.source = source
        self.target = target
    }

    /// Sends what the target lacks of a template: one version, or all.
    ///
    /// - Returns: The snapshots that were made at the target.
    /// - Throws: ``ZFSError``.
    package func run(_ template: String, version: String? = nil) async throws -> [String] {
        var (here, there) = try await states()
        let images = source.images(in: here).filter { $0.template == template }
        guard !images.isEmpty, version == nil || images.contains(where: { $0.version == version }) else {
            throw ZFSError.noTemplate(version.map { "\(template) \($0)" } ?? template, source.place)
        }
        let volume = try target.volume(of: template)
        try await resume(volume, &here, &there)
        var made: [String] = []
        for image in images where version == nil || image.version == version {
            guard let snapshot = volume.snapshot(image.version) else { throw ZFSError.badName(image.version) }
            if let present = there[snapshot] {
                guard present["guid"] == image.guid else {
                    throw ZFSError.otherImage(snapshot: snapshot, host: target.shell.name)
                }
                // What arrived just before somebody was killed has no marks yet.
                guard StoredImage(present) == nil else { continue }
            } else {
                let base = try base(of: image, on: volume, here, there)
                guard base.isPossible else {
                    guard version == nil else { throw ZFSError.superseded(image.snapshot, target: "\(volume)") }
                    continue
                }
                try await send(image, since: base.name, to: volume)
            }
            try await mark(image, as: snapshot, on: volume, here)
            made.append(snapshot)
            (here, there) = try await states()
        }
        return made
    }

    private func states() async throws -> (ZFSListing, ZFSListing) {
        (try await source.listing(), try await target.listing())
    }

    /// What a version is sent in relation to.
    ///
    /// A version older than what the target has cannot be put in between any more, and is no loss to a backup that begins
    /// later.
    private func base(
        of image: StoredImage, on volume: DatasetName, _ here: ZFSListing, _ there: ZFSListing
    ) throws -> (name: String?, isPossible: Bool) {
        guard let entry = there[volume.description] else { return (nil, true) }
        guard entry["type"] == "volume" else {
            throw ZFSError.foreign(volume.description, host: target.shell.name)
        }
        let present = there.entries.filter { $0.name.hasPrefix("\(volume)@") }
        guard let newest = present.max(by: { ($0.number("createtxg") ?? 0) < ($1.number("createtxg") ?? 0) }) else {
            throw ZFSError.foreign(volume.description, host: target.shell.name)
        }
        let origin = try source.volume(of: image.template).description
        // A bookmark of a snapshot has its guid.
        let own = here.entries.filter { $0.name.hasPrefix("\(origin)@") || $0.name.hasPrefix("\(origin)#") }
        guard let base = own.first(where: { $0["guid"] == newest["guid"] }) else {
            throw ZFSError.nothingInCommon(source: origin, target: volume.description)
        }
        return (base.name, (base.number("createtxg") ?? 0) < image.age)
    }

    private func send(_ image: StoredImage, since base: String?, to volume: DatasetName) async throws {
        let words = ["zfs", "send", "-c"] + (base.map { ["-i", $0] } ?? []) + [image.snapshot]
        let estimate = try await estimate(words)
        try await transfer(words, of: estimate, isIncremental: base != nil, to: volume)
    }

    /// Goes on with what was broken off, if the source still has it; otherwise what has arrived of it is given up.
    private func resume(
        _ volume: DatasetName, _ here: inout ZFSListing, _ there: inout ZFSListing
    ) async throws {
        guard let token = there[volume.description]?["receive_resume_token"] else { return }
        guard token.wholeMatch(of: /[0-9a-f\-]{1,8192}/) != nil else {
            throw ZFSError.unreadable(what: "\(volume)", host: target.shell.name)
        }
        let words = ["zfs", "send", "-t", token]
        let estimate: TransferEstimate?
        do {
            estimate = try await self.estimate(words)
        } catch ZFSError.failed, ZFSError.missing {
            estimate = nil
        }
        if let estimate {
            try await transfer(words, of: estimate, isIncremental: false, isResumed: true, to: volume)
        } else {
            try await target.shell.run(["zfs", "receive", "-A", volume.description])
        }
        (here, there) = try await states()
    }

    private func estimate(_ words: [String]) async throws -> TransferEstimate {
        let dry = Array(words.prefix(2)) + ["-nvP"] + words.dropFirst(2)
        return TransferEstimate(try await source.shell.run(dry).text)
    }

    private func transfer(
        _ words: [String], of estimate: TransferEstimate, isIncremental: Bool, isResumed: Bool = false,
        to volume: DatasetName
    ) async throws {
        var state = TransferProgress(
            snapshot: estimate.snapshot ?? "\(volume)", isIncremental: isIncremental, isResumed: isResumed,
            total: estimate.size)
        progress(state)
        let receive = ["zfs", "receive", "-s", "-u"] + (isResumed || isIncremental ? [] : ["-o", "volmode=dev"])
        state.done = try await pipe(words, into: receive + [volume.description], state) ?? estimate.size ?? 0
        state.isDone = true
        progress(state)
    }

    /// Runs both ends. On one other host the bytes do not come here and back again.
    ///
    /// - Returns: The bytes that were sent; nil where only that host could tell.
    private func pipe(_ send: [String], into receive: [String], _ start: TransferProgress) async throws -> Int64? {
        if source.shell.address != nil, source.shell.address == target.shell.address {
            // What ends too early is no whole stream, which `zfs receive` says by its status.
            let line = "\(ShellText.quoted(send)) | \(ShellText.quoted(receive))"
            try await source.shell.run(["sh", "-c", line], deadline: HostShell.transferDeadline)
            return nil
        }
        let sent = Mutex<Int64>(0)
        let (progress, sender, receiver) = (progress, source.shell.call(send), target.shell.call(receive))
        do {
            try await Program.run(
                Program.Call(sender.name, sender.arguments), into: Program.Call(receiver.name, receiver.arguments),
                deadline: HostShell.transferDeadline
            ) { count in
                sent.withLock { $0 = count }
                progress(start.with(done: count))
            }
        } catch ProgramError.failed(_, _, let message) {
            throw ZFSError.failed(
                command: (send + ["|"] + receive).joined(separator: " "),
                host: "the way from \(source.shell.name) to \(target.shell.name)", message: TerminalText.plain(message))
        }
        return sent.withLock(\.self)
    }

    /// Marks what has arrived, by which it counts as an image, and has the source remember what the target has.
    private func mark(
        _ image: StoredImage, as snapshot: String, on volume: DatasetName, _ here: ZFSListing
    ) async throws {
        guard let sent = here[image.snapshot] else { return }
        try await target.shell.run(
            ["zfs", "set", "\(ZFSMark.template.property)=\(image.template)", volume.description])
        let marks: [ZFSMark] = [.template, .version, .digest, .release, .format, .raw, .size]
        let values = marks.compactMap { mark in sent[mark].map { "\(mark.property)=\($0)" } }
        try await target.shell.run(["zfs", "set"] + values + [snapshot])
        let bookmark = image.snapshot.replacing("@", with: "#")
        guard here[bookmark] == nil else { return }
        try await source.shell.run(["zfs", "bookmark", image.snapshot, bookmark])
    }
}
