internal import Foundation
internal import HostSystem
internal import SystemPackage

/// Has the real `ssh-keygen` verify tags, several at a time.
///
/// Whether a key was good is asked for the tagger's time, as git does. The signer chooses that time; it is the chain's rule
/// of times that keeps it from being any, and the revoked keys that end a key for good. Times in the file of allowed
/// signers are taken as UTC, so that every host comes to the same verdict.
struct SignatureChecker: Sendable {
    /// A tag to verify.
    struct Candidate: Sendable {
        /// The tag object.
        let id: ObjectID
        /// What was signed.
        let signedBytes: [UInt8]
        /// The signature.
        let armor: [UInt8]
        /// When, as the tagger says.
        let date: Date
    }

    /// How many tags one process verifies; a tag takes about 10 ms.
    private static let batch = 100
    /// How long a batch may take.
    private static let limit: Duration = .seconds(120)
    /// The beginning of the names of its scratch folders.
    static let scratchPrefix = "imagefactory-signatures"

    let signers: SignerFiles

    /// The verdict on each candidate.
    ///
    /// - Throws: `ProgramError`, ``SignerFilesError`` when the revoked keys cannot be read.
    func verdicts(on candidates: [Candidate]) async throws -> [ObjectID: SignatureVerdict] {
        guard !candidates.isEmpty else { return [:] }
        try await checkRevokedKeys()
        var rest = candidates.sorted { $0.armor.lexicographicallyPrecedes($1.armor) }[...]
        return try await withThrowingTaskGroup(of: [ObjectID: SignatureVerdict].self) { group in
            func addBatch() {
                guard !rest.isEmpty else { return }
                let batch = Array(rest.prefix(Self.batch))
                rest = rest.dropFirst(Self.batch)
                group.addTask { try await verify(batch) }
            }
            for _ in 0..<ProcessInfo.processInfo.activeProcessorCount { addBatch() }
            var verdicts: [ObjectID: SignatureVerdict] = [:]
            for try await some in group {
                verdicts.merge(some) { $1 }
                addBatch()
            }
            return verdicts
        }
    }

    private func verify(_ candidates: [Candidate]) async throws -> [ObjectID: SignatureVerdict] {
        try await inScratchFolder { folder in
            var lines = ""
            for (number, candidate) in candidates.enumerated() {
                try folder.appending("\(number)").write(candidate.signedBytes)
                try folder.appending("\(number).sig").write(candidate.armor)
                lines += "\(number) \(Self.moment(candidate.date))\n"
            }
            let script = String(decoding: PackageResources.verify_tags_sh, as: UTF8.self)
            let output = try await Program.run(
                "/bin/sh", ["-c", script], input: Array(lines.utf8), environment: ["TZ": "UTC0", "LC_ALL": "C"],
                in: folder, deadline: Self.limit)
            return Self.read(String(decoding: output.standardOutput, as: UTF8.self), of: candidates)
        }
    }

    /// A tag without a line of the script is refused too.
    private static func read(_ output: String, of candidates: [Candidate]) -> [ObjectID: SignatureVerdict] {
        var verdicts = Dictionary(
            candidates.map { ($0.id, SignatureVerdict.refused(.badSignature)) }, uniquingKeysWith: { $1 })
        for line in output.split(separator: "\n") {
            let parts = line.split(separator: " ", maxSplits: 1)
            guard parts.count == 2, let number = Int(parts[0]), candidates.indices.contains(number),
                let verdict = SignatureVerdict(words: parts[1])
            else { continue }
            verdicts[candidates[number].id] = verdict
        }
        return verdicts
    }

    /// `ssh-keygen` passes over lines that are no key; a key that somebody meant to revoke would go on being good.
    private func checkRevokedKeys() async throws {
        guard let revoked = signers.revoked, !revoked.starts(with: "SSHKRL\n".utf8) else { return }
        let lines = revoked.split(separator: UInt8(ascii: "\n")).filter { line in
            let first = line.first { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\t") }
            return first != nil && first != UInt8(ascii: "#")
        }
        guard !lines.isEmpty else { return }
        let path = "\(SignerFiles.folder)/\(SignerFiles.revokedName)"
        let known: ProgramOutput
        do {
            known = try await inScratchFolder { folder in
                try await Program.run("ssh-keygen", ["-l", "-f", "revoked"], in: folder, deadline: Self.limit)
            }
        } catch ProgramError.failed {
            throw SignerFilesError(path: path, fault: .keys)
        }
        guard known.text.split(separator: "\n").count == lines.count else {
            throw SignerFilesError(path: path, fault: .keys)
        }
    }

    private func inScratchFolder<Result>(_ body: (FilePath) async throws -> Result) async throws -> Result {
        try await withScratchFolder(in: FilePath(NSTemporaryDirectory()), prefix: Self.scratchPrefix) { folder in
            let allowed = signers.allowed ?? []
            try folder.appending("allowed").write(allowed)
            let text = String(decoding: allowed, as: UTF8.self)
            try folder.appending("timeless").write(Self.timeless(text).utf8)
            if let revoked = signers.revoked { try folder.appending("revoked").write(revoked) }
            return try await body(folder)
        }
    }

    /// The allowed signers with keys that are good at any time; only the wording of a refusal depends on it.
    private static func timeless(_ text: String) -> String {
        text.replacing(/valid-(after|before)="?[0-9A-Za-z]*"?/.ignoresCase()) { match in
            match.1.lowercased() == "after" ? #"valid-after="19700102""# : #"valid-before="99990101""#
        }
    }

    /// `20261123044512`, in UTC.
    private static func moment(_ date: Date) -> String {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        let parts = calendar.dateComponents([.year, .month, .day, .hour, .minute, .second], from: date)
        func digits(_ value: Int?, _ count: Int) -> String {
            let text = "\(value ?? 0)"
            return String(repeating: "0", count: max(0, count - text.count)) + text
        }
        return digits(parts.year, 4)
            + [parts.month, parts.day, parts.hour, parts.minute, parts.second].map { digits($0, 2) }.joined()
    }
}
