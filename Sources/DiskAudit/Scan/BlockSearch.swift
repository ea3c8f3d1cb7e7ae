internal import DiskImages
internal import Foundation
internal import HostSystem

/// One thread's search for secrets, in a buffer of its own.
final class BlockSearch {
    private let rules: [SecretRule]
    private let search: PatternSearch
    private let buffer = UnsafeMutableRawBufferPointer.allocate(
        byteCount: Int(ScanWindow.size) + ScanWindow.lead + ScanWindow.tail, alignment: 4096)

    /// A search for `rules`, whose patterns stand in `database` behind those of the beginnings of streams.
    init(rules: [SecretRule], database: PatternDatabase) throws(PatternError) {
        self.rules = rules
        search = try PatternSearch(database)
    }

    deinit {
        buffer.deallocate()
    }

    /// Looks at a window of a disk.
    func look(at window: ScanWindow, of disk: any DiskReader) throws -> ScanResult {
        var result = ScanResult(rules: rules.count)
        let bytes = UnsafeMutableRawBufferPointer(rebasing: buffer[..<window.read.count])
        try disk.read(into: bytes, at: window.read.lowerBound)
        let first = Int(window.range.lowerBound - window.read.lowerBound)
        let finds = try finds(in: UnsafeRawBufferPointer(bytes), from: first..<first + window.range.count) {
            (window.read.lowerBound + Int64($0)) % Int64(DiskGeometry.sector) == 0
        }
        result.bytes = Int64(window.range.count)
        result.cutBlocks = finds.isCut ? 1 : 0
        result.published = finds.published
        result.streams = finds.streams.map { window.read.lowerBound + Int64($0) }
        result.hits = finds.secrets.map { $0.hit(at: window.read.lowerBound + Int64($0.start), isUnpacked: false) }
        return result
    }

    /// Looks into a compressed stream.
    func look(into stream: CompressedStream, _ isCancelled: () -> Bool) throws -> ScanResult {
        var result = ScanResult(rules: rules.count)
        var (filled, first) = (0, 0)
        func search(keeping tail: Int) throws {
            guard !isCancelled() else { throw CancellationError() }
            let finds = try finds(
                in: UnsafeRawBufferPointer(rebasing: buffer[..<filled]), from: first..<max(first, filled - tail)
            ) { _ in false }
            result.hits += finds.secrets.map { $0.hit(at: stream.offset, isUnpacked: true) }
            result.cutBlocks += finds.isCut ? 1 : 0
            result.published += finds.published
            let kept = min(filled, tail + ScanWindow.lead)
            buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: buffer[(filled - kept)..<filled]))
            first = max(0, kept - tail)
            filled = kept
        }
        let ending = try stream.unpack(limit: SecretScan.streamLimit.bytes) { piece in
            if piece.count > buffer.count - filled { try search(keeping: ScanWindow.tail) }
            UnsafeMutableRawBufferPointer(rebasing: buffer[filled...]).copyMemory(from: piece)
            filled += piece.count
        }
        try search(keeping: 0)
        result.unpackedBytes = ending.unpacked
        result.unpackedStreams = ending.unpacked > 0 ? 1 : 0
        result.cutStreams = ending.isCut ? 1 : 0
        return result
    }

    /// What a block holds.
    private struct Finds {
        var secrets: [Find] = []
        var streams: [Int] = []
        var published = 0
        var isCut = false
    }

    /// A secret in a block.
    private struct Find {
        let rule: SecretRule
        let start: Int
        let secret: String
        let account: String?

        func hit(at offset: Int64, isUnpacked: Bool) -> ScanResult.Hit {
            ScanResult.Hit(
                kind: rule.kind, title: rule.title, offset: offset, isUnpacked: isUnpacked,
                fingerprint: rule.isGuessable ? nil : Digest.of(secret).short, account: account)
        }
    }

    /// What begins in a range of a block.
    ///
    /// - Parameter isFileStart: Whether a file may begin at a byte of the block.
    private func finds(
        in block: UnsafeRawBufferPointer, from range: Range<Int>, isFileStart: (Int) -> Bool
    ) throws -> Finds {
        let (matches, isCut) = try search.matches(in: block)
        var finds = Finds(isCut: isCut)
        let beginnings = CompressedStream.beginnings.count
        for match in matches where range.contains(match.range.lowerBound) {
            guard match.pattern >= beginnings else {
                finds.streams.append(match.range.lowerBound)
                continue
            }
            let rule = rules[match.pattern - beginnings]
            let start = match.range.lowerBound
            guard rule.start.holds(in: block, at: start, isFileStart: isFileStart(start)) else { continue }
            let candidate = SecretRule.Candidate(
                bytes: ArraySlice(block[start..<min(match.range.upperBound, start + ScanWindow.tail)]),
                before: ArraySlice(block[max(0, start - ScanWindow.lead)..<start]),
                after: match.range.upperBound < block.count ? block[match.range.upperBound] : nil)
            guard let secret = rule.secret(candidate) else { continue }
            guard !PublishedSecrets.contains(secret) else {
                finds.published += 1
                continue
            }
            finds.secrets.append(
                Find(
                    rule: rule, start: start, secret: secret,
                    account: rule.kind == SecretRule.hashKind ? candidate.account : nil))
        }
        return finds
    }
}

extension SecretRule.Start {
    /// Whether it stands before a byte of a block.
    fileprivate func holds(in block: UnsafeRawBufferPointer, at index: Int, isFileStart: Bool) -> Bool {
        guard index > 0, !isFileStart else { return true }
        let before = block[index - 1]
        return switch self {
        case .anywhere: true
        case .word: !before.isOfWord || !block[index].isOfWord
        case .line: before == UInt8(ascii: "\n") || before == 0
        }
    }
}

extension UInt8 {
    /// Whether it is a letter, a digit or an underscore of ASCII.
    fileprivate var isOfWord: Bool {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}

extension SecretRule.Candidate {
    /// The account's name where what was matched is the second field of a line, as in passwd(5) and shadow(5).
    fileprivate var account: String? {
        // A locked account keeps the hash behind an exclamation mark.
        let field = before.reversed().drop { $0 == UInt8(ascii: "!") }
        guard field.first == UInt8(ascii: ":") else { return nil }
        let line = field.dropFirst().prefix { $0 != UInt8(ascii: "\n") && $0 != 0 }
        let name = String(decoding: line.reversed(), as: UTF8.self)
        let isName =
            !name.isEmpty && name.count <= 32
            && name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "_.-".contains($0)) }
        return isName ? name : nil
    }
}
