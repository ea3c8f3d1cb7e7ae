internal import HostSystem
internal import SystemPackage

extension Agent {
    /// The most that is handed over of a script's output.
    private static let outputLimit = ByteCount.mebibytes(256)

    /// Runs a script in the guest to its end, apart from the agent: as a transient unit where systemd runs, else in a
    /// session of its own.
    ///
    /// The agent may restart or be away for a time; the script's output and status wait for it in files. What the script
    /// leaves running when it ends is ended with it.
    ///
    /// - Parameter onOutput: Gets what the script prints on both streams, in pieces, soon after it was printed.
    /// - Throws: ``DetachedScriptError``; ``AgentError``, of the kind `overdue` when the script was still running at the
    ///   deadline and was ended.
    package func runDetached(
        _ script: DetachedScript, deadline: Duration, onOutput: (ArraySlice<UInt8>) -> Void
    ) async throws -> DetachedResult {
        let end = ContinuousClock.now + deadline
        let files = ScriptFiles(folder: scriptFolder.appending(script.id), unit: "imagefactory-\(script.id)")
        guard !script.id.isEmpty, script.id.allSatisfy({ $0 == "-" || ($0.isASCII && ($0.isLetter || $0.isNumber)) })
        else { throw DetachedScriptError.badID(script.id) }
        let environment = try script.environmentFile()
        return try await withCleanup {
            try await start(script, files, environment, until: end)
            if let result = try await follow(files, until: end, onOutput: onOutput) { return result }
            throw AgentError(
                .overdue, command: "guest-exec", subject: files.script.string,
                message: "the script was still running after \(deadline)")
        } cleanup: {
            await remove(files)
        }
    }

    // MARK: - Start

    private func start(
        _ script: DetachedScript, _ files: ScriptFiles, _ environment: [UInt8], until end: ContinuousClock.Instant
    ) async throws {
        try await patiently(until: end) {
            let lines = #"umask 077 && mkdir -p "$1""#
            try await expect(shell(lines, [files.folder.string], deadline: callDeadline), files)
        }
        let contents = [
            (files.script, script.content), (files.wrapper, Array(ScriptFiles.wrapperLines.utf8)),
            (files.environment, environment),
        ]
        // The folder is root's alone, so the files need no mode of their own.
        for (path, content) in contents {
            try await patiently(until: end) { try await write(content, to: path) }
        }
        // May be repeated when its reply is lost: it starts a script once.
        let arguments = [files.folder.string, files.unit] + script.command(for: files.script.string) + script.arguments
        try await patiently(until: end) {
            try await expect(shell(ScriptFiles.startLines, arguments, deadline: callDeadline), files)
        }
    }

    private func expect(_ result: ExecResult, _ files: ScriptFiles) throws {
        guard !result.succeeded else { return }
        throw AgentError(
            .fileError, command: "guest-exec", subject: files.folder.string,
            message: "the script cannot be started (\(result.ending)): \(result.errorText)")
    }

    // MARK: - Follow

    /// Hands the output over until the script ends; nil when the time is up before that.
    private func follow(
        _ files: ScriptFiles, until end: ContinuousClock.Instant, onOutput: (ArraySlice<UInt8>) -> Void
    ) async throws -> DetachedResult? {
        var output = OutputReader(agent: self, path: files.output, limit: Self.outputLimit)
        var nextLook = ContinuousClock.now + .seconds(5)
        var pause = Duration.milliseconds(25)
        while true {
            let asked = ContinuousClock.now
            // The status is asked for first: with it there, the output is complete.
            let status = try await patiently(until: end) { try await readStatus(files) }
            try await output.drain(until: end, isComplete: status != nil, onOutput: onOutput)
            if let status {
                await output.close()
                return DetachedResult(
                    exitCode: status, outputSize: output.offset, isTruncated: output.isTruncated)
            }
            if ContinuousClock.now >= nextLook {
                try await patiently(until: end) { try await expectAlive(files) }
                nextLook = .now + .seconds(5)
            }
            guard ContinuousClock.now < end else { return nil }
            // Files give no event through the agent. Who is slow to answer is asked less often: the script needs that time.
            let longest = max(.milliseconds(200), min((ContinuousClock.now - asked) * 8, .seconds(1)))
            try await ContinuousClock().sleep(until: min(end, .now + pause))
            pause = min(pause * 3 / 2, longest)
        }
    }

    /// The script's exit status; nil while there is none. A missing file and a refused one look the same to the agent.
    private func readStatus(_ files: ScriptFiles) async throws -> Int? {
        let text: String
        do {
            text = try await readText(files.status, limit: ByteCount(64))
        } catch let error as AgentError where error.kind == .refused {
            return nil
        }
        guard let status = Int(text), 0...255 ~= status else {
            throw AgentError(.malformed, command: "guest-file-read", subject: files.status.string, message: text)
        }
        return status
    }

    /// Finds a script that can have no end any more: it was killed, or the guest was started anew.
    private func expectAlive(_ files: ScriptFiles) async throws {
        let result = try await shell(ScriptFiles.aliveLines, [files.folder.string], deadline: callDeadline)
        guard !result.succeeded else { return }
        throw AgentError(
            .lost, command: "guest-exec", subject: files.folder.string,
            message: "the script ended without a status; it was killed, or the guest was started anew")
    }

    // MARK: - End

    /// Ends what is left of the script and removes its files; at an agent that stays away this gives up.
    private func remove(_ files: ScriptFiles) async {
        _ = try? await patiently(until: .now + .seconds(10)) {
            try await shell(ScriptFiles.removeLines, [files.folder.string, files.unit], deadline: .seconds(8))
        }
    }
}

extension Agent {
    /// Does `work` again while the agent is away.
    fileprivate func patiently<Result>(
        until end: ContinuousClock.Instant, _ work: () async throws -> Result
    ) async throws -> Result {
        while true {
            do {
                return try await work()
            } catch let error as AgentError where error.isPassing || error.isOfShortProcess {
                guard ContinuousClock.now < end else { throw error }
            }
            // The agent's return is announced to its channel at best, so it is asked again.
            try await ContinuousClock().sleep(until: min(end, .now + .milliseconds(200)))
        }
    }
}

extension AgentError {
    /// Whether a restarted agent forgot a short process of ours, or nothing was heard of it from one that was away; running
    /// that again does no harm.
    fileprivate var isOfShortProcess: Bool {
        switch kind {
        case .lost: command == "guest-exec-status"
        case .overdue: (cause as? AgentError)?.isPassing == true
        default: false
        }
    }
}

/// Reads a growing file of the guest's, also across restarts of the agent.
private struct OutputReader {
    let agent: Agent
    let path: FilePath
    let limit: ByteCount
    var offset: Int64 = 0
    var isTruncated = false
    private var handle: GuestFileHandle?

    init(agent: Agent, path: FilePath, limit: ByteCount) {
        self.agent = agent
        self.path = path
        self.limit = limit
    }

    /// Hands over what is there; `isComplete` tells that nothing will be added.
    mutating func drain(
        until end: ContinuousClock.Instant, isComplete: Bool, onOutput: (ArraySlice<UInt8>) -> Void
    ) async throws {
        var refusals = 0
        while !isTruncated {
            do {
                let chunk = try await next()
                refusals = 0
                if !chunk.bytes.isEmpty { onOutput(chunk.bytes[...]) }
                offset += Int64(chunk.bytes.count)
                isTruncated = offset >= limit.bytes
                if chunk.isLast { return }
            } catch let error as AgentError where error.isPassing || error.kind == .refused {
                // A new agent knows no handle of the old one's; and the file may not be there yet.
                handle = nil
                refusals += error.kind == .refused ? 1 : 0
                guard isComplete else { return }
                guard refusals < 3, ContinuousClock.now < end else { throw error }
                try await ContinuousClock().sleep(for: .milliseconds(200))
            }
        }
    }

    mutating func close() async {
        guard let handle else { return }
        try? await agent.closeGuestFile(handle, path: path)
        self.handle = nil
    }

    private mutating func next() async throws -> (bytes: [UInt8], isLast: Bool) {
        if let handle { return try await agent.readChunk(of: handle, path: path) }
        let opened = try await agent.openGuestFile(path, "r")
        handle = opened
        try await agent.seek(opened, to: offset, path: path)
        return try await agent.readChunk(of: opened, path: path)
    }
}
