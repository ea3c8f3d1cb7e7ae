internal import Foundation
internal import HostSystem
internal import SystemPackage

/// The files in an ISO image, through xorriso.
struct ISOImage {
    private static let deadline: Duration = .seconds(300)

    /// Where the image is.
    let path: FilePath

    /// The sizes of those of `files` that are plain files; links and folders are left out.
    func sizes(of files: [String]) async throws -> [String: Int64] {
        let choice = files.map { ["-wholename", $0] }.joined(separator: ["-or"])
        let output = try await xorriso(["-find", "/"] + choice + ["-exec", "report_lba", "--"]).text
        return output.split(separator: "\n").reduce(into: [:]) { sizes, line in
            // File data lba:  0 ,       35 ,        1 ,     1234 , '/VERSION'
            guard line.hasPrefix("File data lba:") else { return }
            let fields = line.split(separator: ",", maxSplits: 4).map { $0.trimmingCharacters(in: .whitespaces) }
            guard fields.count == 5, let size = Int64(fields[3]), size >= 0 else { return }
            // A file in several extents, or listed twice, is none of ours.
            for file in files where fields[4] == "'\(file)'" { sizes[file] = sizes[file] == nil ? size : -1 }
        }.filter { $0.value >= 0 }
    }

    /// Copies files out of the image; each must be as large as `sizes` says.
    func extract(_ files: [(file: String, target: FilePath)], sizes: [String: Int64]) async throws {
        for (_, target) in files { try target.remove() }
        let commands = files.flatMap { ["-extract", $0.file, $0.target.string] }
        try await xorriso(commands)
        for (file, target) in files {
            let attributes = try? FileManager.default.attributesOfItem(atPath: target.string)
            let isPlain = attributes?[.type] as? FileAttributeType == .typeRegular
            guard isPlain, (attributes?[.size] as? NSNumber)?.int64Value == sizes[file] else {
                throw InstallerISOError.damaged(path: path, file: file)
            }
            // The ISO's own rights and owners mean nothing here.
            try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: target.string)
        }
    }

    /// The texts of small files in the image.
    func read(_ files: [String], sizes: [String: Int64]) async throws -> [String: String] {
        guard !files.isEmpty else { return [:] }
        return try await withScratchFolder(in: FilePath(NSTemporaryDirectory()), prefix: InstallerISO.scratchPrefix) {
            folder in
            let targets = files.enumerated().map { ($0.element, folder.appending("\($0.offset)")) }
            try await extract(targets, sizes: sizes)
            return try targets.reduce(into: [:]) { texts, entry in texts[entry.0] = try entry.1.readText() }
        }
    }

    @discardableResult
    private func xorriso(_ commands: [String]) async throws -> ProgramOutput {
        // "-no_rc" keeps the user's settings out, "stdio:" keeps xorriso from taking the path for a drive's.
        let source = ["-no_rc", "-osirrox", "on", "-indev", "stdio:\(path.absolute)"]
        return try await Program.run("xorriso", source + commands, deadline: Self.deadline)
    }
}
