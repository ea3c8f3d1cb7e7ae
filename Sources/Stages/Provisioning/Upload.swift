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
    /// The folders on the way keep their own permissions and times: an upload to `/etc/` must not change `/etc`, and a `/usr` that
    /// seems to have changed makes systemd rebuild its caches at the next boot (systemd.unit(5), `ConditionNeedsUpdate=`).
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

    let from: FilePath

    /// The digests of all files, each under its name or its path inside the folder, with its permissions.
    func digests() async throws -> [String: Digest] {
        guard from.isFolder else {
            return ["\(from.lastComponent?.string ?? "") \(try permissions())": try await Digest.of(file: from)]
        }
        var digests: [String: Digest] = [:]
        for name in try FileManager.default.subpathsOfDirectory(atPath: from.string).sorted() {
            let path = from.appending(name)
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

    /// Puts it to `target`: a folder's content into that folder, as root's, with its permissions; a file to that name,
    /// or into a folder that ends in `/`.
    func send(to target: String, in guest: Guest, deadline: Duration) async throws {
        let archive = try await archive()
        let path = FilePath("/run/imagefactory-upload-\(String.randomHex(digits: 8)).tar")
        try await guest.agent.write(archive, to: path, mode: .privateFile)
        let intoFolder = from.isFolder || target.hasSuffix("/")
        let result = try await guest.agent.shell(
            Self.script, [path.string, target, intoFolder ? "folder" : "file", try permissions()], deadline: deadline)
        guard result.succeeded else { throw UploadError(from: from, to: target, message: result.errorText) }
    }

    /// What is sent: a folder's content, or the file alone.
    func archive() async throws -> [UInt8] {
        let (folder, member) =
            from.isFolder ? (from, ".") : (from.removingLastComponent(), from.lastComponent?.string ?? "")
        return try await Program.run(
            "tar",
            [
                "--create", "--sort=name", "--owner=0", "--group=0", "--numeric-owner", "-C", folder.string, "--",
                member,
            ],
            deadline: Self.deadline
        ).standardOutput
    }

    private func permissions() throws -> String {
        let attributes = try FileManager.default.attributesOfItem(atPath: from.string)
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
