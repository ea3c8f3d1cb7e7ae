internal import DiskImages
internal import Foundation
internal import HostSystem
internal import SystemPackage

extension ZFSStore {
    /// The size of a volume's blocks. It is what OpenZFS itself takes since 2.2: smaller ones hardly compress, and on raidz
    /// take more than they hold; with larger ones each small write of a guest costs the whole block.
    static let blockSize: Int64 = 16 << 10

    /// Puts an image there, if it is not there yet.
    ///
    /// - Throws: ``ZFSError``; ``DeployError`` where no place has the image, or has something else.
    package func install(_ verified: VerifiedImage) async throws {
        let image = verified.image
        let listing = try await listing()
        guard try existing(image, in: listing) == nil else { return }
        let volume = try await ensureVolume(of: image, in: listing)
        try await verified.withBytes { bytes in
            let stream = try await offloaded { _ in
                try RawStream(
                    try DiskImage.open(FilePath("/proc/self/fd/\(bytes.rawValue)"), as: image.format, backing: .none),
                    blockSize: Self.blockSize)
            }
            try await self.checkRoom(for: min(stream.dataLength, image.length))
            self.report("writing \(ByteCount(stream.dataLength)) into \(volume)")
            let answer = try await self.write(stream, of: image, to: volume) {
                // Who changed the file after it was verified has changed what was written, too.
                guard try Digest.of(bytes, size: .max, isCancelled: $0) == image.sha256 else {
                    throw DeployError.otherBytes(image, FilePath("/proc/self/fd/\(bytes.rawValue)"))
                }
            }
            self.report(answer)
        }
        guard try existing(image, in: try await self.listing()) != nil else {
            throw ZFSError.noImage(image, place)
        }
    }

    /// The template's volume, made if there is none: sparse, so that it takes what is written alone; with a checksum by which
    /// ZFS tells that a block of the next version is the same, and stores it once (nopwrite); and without partitions in
    /// the host's eyes, which would be taken for the host's own.
    private func ensureVolume(of image: DeployedImage, in listing: ZFSListing) async throws -> DatasetName {
        let volume = try volume(of: image.template)
        if let entry = listing[volume.description] {
            guard entry["type"] == "volume", entry[.template] == image.template else {
                throw ZFSError.foreign(volume.description, host: shell.name)
            }
            return volume
        }
        let parent = try await shell.run([
            "zfs", "get", "-H", "-p", "-o", "value", "compression", place.dataset.description,
        ]).text
        try await shell.run(
            ["zfs", "create", "-s", "-V", "\(Self.volumeSize(image.virtualSize))", "-b", "\(Self.blockSize)"]
                + ["-o", "checksum=sha256", "-o", "volmode=dev"] + (parent == "off" ? ["-o", "compression=on"] : [])
                + ZFSMark.options([(.template, image.template)]) + [volume.description])
        return volume
    }

    /// The size of a volume that a disk fits into.
    static func volumeSize(_ size: Int64) -> Int64 { (size + blockSize - 1) / blockSize * blockSize }

    private func checkRoom(for needed: Int64) async throws {
        let text = try await shell.run([
            "zfs", "get", "-H", "-p", "-o", "value", "available", place.dataset.description,
        ]).text
        guard let free = Int64(text) else { throw ZFSError.unreadable(what: "\(place)", host: shell.name) }
        guard free >= needed else {
            throw ZFSError.noRoom(place, needed: ByteCount(needed), free: ByteCount(free))
        }
    }

    /// Has a script at the host write the stream, read it back, and make the snapshot.
    ///
    /// - Parameter confirm: Is asked when all is written, and before anything is used.
    /// - Returns: What was done, for people.
    private func write(
        _ stream: RawStream, of image: DeployedImage, to volume: DatasetName,
        confirm: @escaping @Sendable (@Sendable () -> Bool) throws -> Void
    ) async throws -> String {
        let options = ZFSMark.options([
            (.template, image.template), (.version, image.version), (.digest, image.sha256.hex),
            (.release, image.release.hex), (.format, image.format.rawValue), (.size, "\(stream.size)"),
        ])
        let words =
            ["sh", "-c", ZFSScript.writeImage, "sh", volume.description, image.version]
            + ["\(Self.volumeSize(stream.size))"] + options
        let answer = try await shell.run(words) { sink, isCancelled in
            let digest = try stream.write(to: sink, isCancelled: isCancelled)
            try confirm(isCancelled)
            try sink.writeAll("end \(digest.hex) \(stream.size)\n".utf8)
        }
        let lines = answer.text.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
        switch lines.last?.first {
        case "written": return "\(volume)@\(image.version) is written, read back and right"
        case "present": return "\(volume)@\(image.version) was put there by somebody else meanwhile"
        case "differs":
            let found = lines.last?.dropFirst().first ?? "nothing"
            let wanted = lines.last.flatMap { Digest(hex: $0.last ?? "") } ?? image.sha256
            throw ZFSError.otherBytes("\(volume)", wanted: wanted, found: found)
        default: throw ZFSError.unreadable(what: "\(volume)", host: shell.name)
        }
    }
}
