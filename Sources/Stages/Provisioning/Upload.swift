internal import Foundation
internal import GuestAgent
internal import HostSystem
internal import Machines
internal import SystemPackage

/// A file, or a folder's content, on its way into a guest.
struct Upload {
    private static let deadline: Duration = .seconds(300)

    /// Unpacks the archive `$1` into the folder `$2`, or as the file `$2` with the permissions `$4`, and removes it.
    ///
    /// Files get the time at which they are put there: that of a checkout says nothing, and the key does not know it. The
    /// folders on the way keep their own permissions and times: an upload to `/etc/` must not change `/etc`, and a `/usr`
    /// that seems to have changed makes systemd rebuild its caches at the next boot (systemd.unit(5), `ConditionNeedsUpdate=`).
    static let script = """
        set -e
        trap 'rm -f "$1"' EXIT
        if [ "$3" = folder ]; then
            mkdir -p "$2"
            tar -xpf "$1" --no-overwrite-dir --touch --no-same-owner -C "$2"
        else
            mkdir -p "$(dirname "$2")"
            tar -xOf "$1" > "$2"
            chmod "$4" "$2"
        fi
        """

    private let from: FilePath
    /// What is read: what `from` links to, if it is a link.
    private let source: FilePath

    /// What lies at `from`. That may be a link, of which only the name counts; links inside a folder stay links.
    init(from: FilePath) {
        self.from = from
        let resolved = realpath(from.string, nil)
        defer { free(resolved) }
        source = resolved.map { FilePath(platformString: $0) } ?? from
    }

    /// The digests of all files, each under its name or its path inside the folder, with its permissions.
    func digests() async throws -> [String: Digest] {
        guard source.isFolder else { return ["\(name) \(try permissions())": try await Digest.of(file: source)] }
        var digests: [String: Digest] = [:]
        for name in try FileManager.default.subpathsOfDirectory(atPath: source.string).sorted() {
            let path = source.appending(name)
            let attributes = try FileManager.default.attributesOfItem(atPath: path.string)
            let mode = (attributes[.posixPermissions] as? NSNumber)?.intValue ?? 0
            switch attributes[.type] as? FileAttributeType {
            case .typeSymbolicLink:
                let target = try FileManager.default.destinationOfSymbolicLink(atPath: path.string)
                digests["\(name) -> \(target)"] = Digest.of(target)
            case .typeRegular: digests["\(name) \(String(mode, radix: 8))"] = try await Digest.of(file: path)
            default: digests["\(name)/ \(String(mode, radix: 8))"] = Digest.of("")
            }
        }
        return digests
    }

    /// Writes what is sent, a folder's content or the file alone, to a tar archive at `path`.
    func archive(to path: FilePath) async throws {
        let content =
            source.isFolder
            ? ["-C", source.string, "--", "."]
            : ["--dereference", "-C", from.removingLastComponent().string, "--", name]
        try await Program.run(
            "tar",
            [
                "--create", "--file", path.string, "--force-local", "--sort=name", "--owner=0", "--group=0",
                "--numeric-owner",
            ] + content,
            deadline: Self.deadline)
    }

    /// Puts what is in `archive` to `target`: a folder's content into that folder, as root's, with its permissions; a
    /// file to that name, or into a folder that ends in `/`.
    func send(_ archive: FilePath, to target: String, in guest: Guest, deadline: Duration) async throws {
        let agent = guest.agent
        // On the disk, where it is unpacked to as a rule: /run is a small part of the memory.
        let path = FilePath("/var/tmp/imagefactory-upload-\(String.randomHex(digits: 8)).tar")
        do {
            try await agent.write(file: archive, to: path, mode: .privateFile)
        } catch {
            await Task { _ = try? await agent.shell(#"rm -f "$1""#, [path.string], deadline: .seconds(20)) }.value
            throw error
        }
        let intoFolder = source.isFolder || target.hasSuffix("/")
        let result = try await agent.shell(
            Self.script, [path.string, target, intoFolder ? "folder" : "file", try permissions()], deadline: deadline)
        guard result.succeeded else { throw UploadError(from: from, to: target, message: result.errorText) }
    }

    private var name: String { from.lastComponent?.string ?? "" }

    private func permissions() throws -> String {
        let attributes = try FileManager.default.attributesOfItem(atPath: source.string)
        return String((attributes[.posixPermissions] as? NSNumber)?.intValue ?? 0o644, radix: 8)
    }
}

/// An upload that the guest could not unpack.
struct UploadError: Error, CustomStringConvertible {
    let from: FilePath
    let to: String
    let message: String

    var description: String { "the guest could not put \(from) to \(to): \(message)" }
}
