internal import Foundation
package import HostSystem
package import SystemPackage

/// An installer ISO, as its own files describe it (kldload contract, section 7).
///
/// The ISO is somebody else's: names, sizes and texts in it are checked before they are used.
package struct InstallerISO: Sendable {
    /// The volume label that the installer's kernel looks for its live system by.
    package static let label = "KLDLOAD"

    /// Where it is.
    package let path: FilePath
    /// What `.disk/info` says, such as `kldload 1.5.0 x86_64`.
    package let info: String
    /// The version of kldload; empty if the ISO does not say.
    package let version: String
    /// The facts of `etc/kldload/VERSION` and `VERSION`, such as `edition`, `profile`, `release` and `built_at`.
    package let facts: [String: String]
    /// The sizes of the kernel and its initial disk by their paths, which extraction must give.
    private let bootFileSizes: [String: Int64]

    /// How the scratch folders for temporary files begin.
    package static let scratchPrefix = "if-iso"
    private static let diskInfo = "/.disk/info"
    private static let versions = ["/VERSION", "/etc/kldload/VERSION"]
    private static let kernel = "/images/pxeboot/vmlinuz"
    private static let initialDisk = "/images/pxeboot/initrd.img"
    private static let textLimit: Int64 = 64 << 10
    private static let bootFileLimit: Int64 = 2 << 30

    /// The flavour by the file name it was published under: `-net`, `-core` and so on; empty for the full one.
    package var flavour: String {
        guard let name = facts["iso_name"], let machine = name.range(of: "x86_64") else { return "" }
        return String(name[machine.upperBound...].prefix { $0 != "." }.drop { $0 == "-" })
    }

    /// Reads what the ISO at `path` is.
    ///
    /// - Throws: ``InstallerISOError``; `ProgramError` if xorriso cannot read it; `Errno` if nobody can.
    package static func inspect(_ path: FilePath) async throws -> InstallerISO {
        let volume = try ISOVolume(reading: path)
        guard volume.label == label else { throw InstallerISOError.otherLabel(path: path, label: volume.label) }
        let image = ISOImage(path: path)
        let sizes = try await image.sizes(of: [kernel, initialDisk, diskInfo] + versions)
        let texts = ([diskInfo] + versions).filter { sizes[$0] != nil }
        for file in texts where sizes[file, default: 0] > textLimit {
            throw InstallerISOError.tooLarge(path: path, file: file)
        }
        let contents = try await image.read(texts, sizes: sizes)
        let facts = versions.reduce(into: [:]) { facts, file in
            facts.merge(readFacts(contents[file, default: ""])) { $1 }
        }
        return InstallerISO(
            path: path, info: contents[diskInfo].map { firstLine($0) } ?? label,
            version: facts["kldload_version"] ?? "", facts: facts,
            bootFileSizes: sizes.filter { [kernel, initialDisk].contains($0.key) })
    }

    /// Copies the ISO's kernel and initial disk into `folder`, as `vmlinuz` and `initrd.img`.
    ///
    /// - Throws: ``InstallerISOError``; `ProgramError` if xorriso fails, as on a full disk.
    package func extractKernel(into folder: FilePath) async throws -> (kernel: FilePath, initialDisk: FilePath) {
        for file in [Self.kernel, Self.initialDisk] {
            guard let size = bootFileSizes[file], size > 0 else {
                throw InstallerISOError.lacks(path: path, file: file)
            }
            guard size <= Self.bootFileLimit else { throw InstallerISOError.tooLarge(path: path, file: file) }
        }
        let targets = (folder.appending("vmlinuz"), folder.appending("initrd.img"))
        try await ISOImage(path: path).extract(
            [(Self.kernel, targets.0), (Self.initialDisk, targets.1)], sizes: bootFileSizes)
        return targets
    }

    /// The kernel arguments that start the live system on a serial console, and `extra` ones behind them.
    ///
    /// `selinux=0` must stay: without it the live system's first process dies (kldload contract, section 2.4).
    package func bootArguments(extra: [String]) -> String {
        let arguments = [
            "root=live:CDLABEL=\(Self.label)", "rd.live.image", "rd.live.overlay.size=10240", "lockdown=none",
            "module.sig_enforce=0", "selinux=0", "rootdelay=30", "rd.retry=120", "console=ttyS0,115200",
        ]
        return (arguments + extra).joined(separator: " ")
    }

    /// `key = value` lines; a file with a single word in it is the version itself.
    private static func readFacts(_ text: String) -> [String: String] {
        var facts: [String: String] = [:]
        for line in text.split(whereSeparator: \.isNewline).prefix(64) {
            let parts = line.split(separator: "=", maxSplits: 1).map { printable($0) }
            if parts.count == 2, !parts[0].isEmpty {
                facts[parts[0]] = parts[1]
            } else if let word = parts.first, !line.contains("="), facts.isEmpty, !word.contains(" ") {
                facts["kldload_version"] = word
            }
        }
        return facts
    }

    private static func firstLine(_ text: String) -> String {
        printable(text.prefix { !$0.isNewline })
    }

    /// At most 200 characters without control characters, and without blanks at the ends.
    private static func printable(_ text: some StringProtocol) -> String {
        let scalars = text.unicodeScalars.filter { !$0.properties.generalCategory.isControl }.prefix(200)
        let clean = String(String.UnicodeScalarView(scalars))
        return String(clean.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
}

extension Unicode.GeneralCategory {
    fileprivate var isControl: Bool { self == .control || self == .format }
}

/// A file that is no installer ISO.
package enum InstallerISOError: Error, Hashable, CustomStringConvertible {
    /// It is no ISO 9660 image.
    case notISO(path: FilePath)
    /// It is shorter than its own header says.
    case truncated(path: FilePath, missing: ByteCount)
    /// It is the ISO of something else.
    case otherLabel(path: FilePath, label: String)
    /// It lacks a file, or has something else than a file there.
    case lacks(path: FilePath, file: String)
    /// A file in it is larger than it can rightly be.
    case tooLarge(path: FilePath, file: String)
    /// A file came out of it with another size than its directory says.
    case damaged(path: FilePath, file: String)

    package var description: String {
        switch self {
        case .notISO(let path): "\(path) is no ISO image; name the installer's .iso file"
        case .truncated(let path, let missing):
            "\(path) is incomplete, \(missing) of it are missing; fetch it again"
        case .otherLabel(let path, let label):
            "\(path) is no kldload installer: its label is '\(label)', not '\(InstallerISO.label)'; name another ISO"
        case .lacks(let path, let file):
            "\(path) has no file \(file), so it cannot be booted directly; name a kldload ISO, or boot it by firmware"
        case .tooLarge(let path, let file):
            "\(file) in \(path) is larger than such a file can be; the ISO is damaged or not what it says"
        case .damaged(let path, let file):
            "\(file) cannot be read from \(path) as its directory describes it; the ISO is damaged, fetch it again"
        }
    }
}
