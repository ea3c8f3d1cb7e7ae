internal import HostSystem
internal import InstallMedia
package import SystemPackage

/// The lab's system as a folder, in which scripts run by a chroot in namespaces of their own.
///
/// No script changes the folder: what it writes goes into memory and is gone afterwards. There are no disks in its `/dev`.
package struct DirtySystem: Sendable {
    private let folder: FilePath

    /// Lends one.
    package static func with<Result>(_ body: (DirtySystem) async throws -> Result) async throws -> Result {
        let archive = try await LabISO(.debian13).system(in: "/var/cache/imagefactory/iso") { print($0) }
        return try await withScratchFolder(in: "/var/tmp", prefix: "if-dirty") { folder in
            try folder.appending("root").createFolder()
            try await Program.run(
                "tar", ["--zstd", "-xpf", archive.string, "-C", folder.appending("root").string],
                deadline: .seconds(300))
            return try await body(DirtySystem(folder: folder))
        }
    }

    /// Runs scripts one after the other in one copy of the system.
    ///
    /// - Returns: What each printed, on both streams, and its status as the last line.
    package func run(_ scripts: [String]) async throws -> [[String]] {
        try await withScratchFolder(in: folder, prefix: "scripts") { work in
            for (index, script) in scripts.enumerated() { try work.appending("\(index).sh").write(script.utf8) }
            let namespaces = ["--mount", "--pid", "--fork", "--net", "--uts", "--ipc"]
            try await Program.run(
                "unshare",
                namespaces + ["sh", "-euc", Self.program, "sh", folder.appending("root").string, work.string]
                    + scripts.indices.map { "\($0)" }, deadline: .seconds(300))
            return try scripts.indices.map { index in
                try work.appending("\(index).out").readText(limit: .mebibytes(4)).split(separator: "\n").map(
                    String.init)
            }
        }
    }

    /// Writes a file of the system's, for all that follows.
    package func write(_ text: String, to name: String) throws {
        let file = folder.appending("root").pushing(FilePath(name))
        try file.removingLastComponent().createFolder()
        try file.write(text.utf8)
    }

    /// Makes a raw disk without partitions of the system as it is.
    package func makeDisk(_ disk: FilePath) async throws {
        try await Program.run(
            "mke2fs", ["-q", "-t", "ext4", "-d", folder.appending("root").string, disk.string, "1G"],
            deadline: .seconds(300))
    }

    /// `$1` is the system's folder, `$2` that of the scripts, whose numbers follow. The kernel's settings are the host's own,
    /// and cannot be written.
    private static let program = """
        root=$1 work=$2
        shift 2
        mount --make-rprivate /
        mount -t tmpfs -o size=1g tmpfs /mnt
        mkdir /mnt/upper /mnt/work /mnt/system
        mount -t overlay -o "lowerdir=$root,upperdir=/mnt/upper,workdir=/mnt/work" overlay /mnt/system
        mount -t proc proc /mnt/system/proc
        mount --bind /mnt/system/proc/sys /mnt/system/proc/sys
        mount -o remount,bind,ro /mnt/system/proc/sys
        mount -t tmpfs tmpfs /mnt/system/run
        mount -t tmpfs tmpfs /mnt/system/dev
        for node in null:3 zero:5 full:7 random:8 urandom:9; do
            mknod -m 666 "/mnt/system/dev/${node%:*}" c 1 "${node#*:}"
        done
        for script in "$@"; do
            cp "$work/$script.sh" /mnt/system/run/script
            {
                chroot /mnt/system /bin/sh /run/script </dev/null && status=0 || status=$?
                echo "status $status"
            } >"$work/$script.out" 2>&1
        done
        """
}
