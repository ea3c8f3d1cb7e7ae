internal import HostSystem
internal import SystemPackage

/// The finished roots, kept by their keys: present means finished.
struct LabCellar {
    /// Where they lie.
    let folder: FilePath
    /// Whether they are made anew from today's packages.
    let refresh: Bool
    /// Says what is being done.
    let report: @Sendable (String) -> Void

    private static let lockDeadline: Duration = .seconds(30 * 60)
    private static let buildDeadline: Duration = .seconds(30 * 60)

    /// The folder of the root that packages for `root` are taken from; nil where all come from archives.
    func source(of root: LabRoot) async throws -> FilePath? {
        guard let source = root.source else { return nil }
        return try await self.root(source)
    }

    /// The folder of a root: `root.tar` (live) or `root.tar.zst` (target), and its products.
    ///
    /// - Parameter source: The folder that packages are taken from which no archive has.
    func root(_ root: LabRoot, from source: FilePath? = nil) async throws -> FilePath {
        let name = "\(root.rawValue)-\(root.key().short)"
        let finished = folder.appending(name)
        if !refresh, finished.isFolder { return finished }
        let lock = try await FileLock.acquire(at: folder.appending("\(name).lock"), deadline: Self.lockDeadline)
        defer { withExtendedLifetime(lock) {} }
        if !refresh, finished.isFolder { return finished }
        report(root.work)
        try await withScratchFolder(in: folder, prefix: root.scratchPrefix) { scratch in
            let result = scratch.appending("result")
            try result.createFolder()
            try await build(root, from: source, in: result, scratch: scratch)
            try await offloaded { _ in try result.syncTree() }
            try finished.remove()
            try result.rename(to: finished)
        }
        return finished
    }

    private func build(
        _ root: LabRoot, from source: FilePath?, in result: FilePath, scratch: FilePath
    ) async throws {
        let mirror = try await LabMirror.ofHost(suite: LabRoot.suite, components: root.components)
        let sources = scratch.appending("sources.list")
        try sources.write(Array((mirror.sources.joined(separator: "\n") + "\n").utf8))
        let tar = result.appending("root.tar")
        let packages = root.sourcePackages.compactMap { source?.appending($0) }.map(quoted).joined(separator: " ")
        let hooks =
            (packages.isEmpty ? [] : ["--customize-hook=copy-in \(packages) /tmp"])
            + root.hooks.map { "--\($0.name)-hook=\($0.script)" }
        let products = root.products.joined(separator: " ")
        try await LabTools.run(
            "mmdebstrap",
            ["--quiet"] + root.options + ["--include=\(root.packages.joined(separator: ","))"] + hooks
                + [
                    "--customize-hook=copy-out \(products) \(quoted(result))",
                    "--customize-hook=for file in \(products); do rm -f \"$1$file\"; done",
                    LabRoot.suite, tar.string, sources.string,
                ],
            more: mirror.environment, deadline: Self.buildDeadline)
        if root == .target || root == .zfsTarget {
            // Two workers on any machine: the number is part of what shapes the bytes.
            try await LabTools.run("zstd", ["-q", "-12", "-T2", "--rm", tar.string])
        }
        try await LabTools.setTime(of: result.folderEntries.map { result.appending($0) })
    }

    private func quoted(_ path: FilePath) -> String {
        "'" + path.string.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
    }
}
