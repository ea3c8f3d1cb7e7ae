internal import HostSystem
package import SystemPackage

/// The small FAT disk on which the installer finds its answers (kldload contract, section 1.3).
///
/// It has no partitions: the whole disk is the file system, labelled `KLDLOADSEED`, with `answers.env` in its root. The same
/// answers give the same bytes.
package enum SeedDisk {
    /// The label that the installer looks for; a FAT label holds 11 characters.
    package static let label = "KLDLOADSEED"
    /// The name of the answers' file.
    package static let fileName = "answers.env"

    private static let size = 32 << 20
    private static let sectorSize = 512
    private static let deadline: Duration = .seconds(30)
    /// No settings of the user's, a fixed time for the entries, and no question ever.
    private static let environment = [
        "MTOOLSRC": "/dev/null", "MTOOLS_SKIP_CHECK": "1", "SOURCE_DATE_EPOCH": "1704067200", "TZ": "UTC",
    ]

    /// Makes the disk at `path`, for its owner alone, and reads it back.
    ///
    /// The answers go through a pipe: they are in no argument and in no other file.
    ///
    /// - Throws: ``SeedDiskError``, ``AnswersFileError``, `ProgramError`, `Errno`; nothing is left at `path` then.
    package static func make(at path: FilePath, answers: AnswersFile) async throws {
        let content = Array(answers.rendered().utf8)
        guard content.count <= AnswersFile.sizeLimit else {
            throw AnswersFileError.tooLarge(limit: ByteCount(Int64(AnswersFile.sizeLimit)))
        }
        try path.remove()
        do {
            try createImage(path)
            try await mtool(
                "mformat",
                [
                    "-i", path.string, "-T", "\(size / sectorSize)", "-h", "64", "-s", "32", "-v", label,
                    // The serial number, which is random otherwise.
                    "-N", "4b4c4453", "::",
                ])
            try await mtool("mcopy", ["-i", path.string, "-", "::\(fileName)"], input: content)
            guard try await readFile(path) == content else { throw SeedDiskError.readsBackDifferent(path: path) }
        } catch {
            try? path.remove()
            throw error
        }
    }

    /// The answers on a seed disk.
    package static func read(_ path: FilePath) async throws -> AnswersFile {
        try AnswersFile(parsing: try await readFile(path))
    }

    /// An image full of holes, with nobody else's rights from its first moment on.
    private static func createImage(_ path: FilePath) throws {
        let descriptor = try FileDescriptor.open(
            path, .writeOnly, options: [.create, .exclusiveCreate, .closeOnExec], permissions: .privateFile)
        try descriptor.closeAfter { try descriptor.resize(to: Int64(size)) }
    }

    private static func readFile(_ path: FilePath) async throws -> [UInt8] {
        try await mtool("mcopy", ["-i", path.string, "::\(fileName)", "-"])
    }

    @discardableResult
    private static func mtool(_ name: String, _ arguments: [String], input: [UInt8] = []) async throws -> [UInt8] {
        try await Program.run(
            name, arguments, input: input, environment: environment, deadline: deadline
        ).standardOutput
    }
}

/// A seed disk that is not what it should be.
package enum SeedDiskError: Error, Hashable, CustomStringConvertible {
    /// What was written is not what is read.
    case readsBackDifferent(path: FilePath)

    package var description: String {
        switch self {
        case .readsBackDifferent(let path):
            "the answers on the seed disk \(path) are not those that were written; check that its disk is not full or broken"
        }
    }
}
