internal import CHyperscan
internal import Foundation

/// Patterns that are looked for all at once, compiled by Hyperscan (in Debian's libvectorscan).
///
/// Patterns are regular expressions over bytes without look-around and back references. A database may be used by several
/// threads at once, each with a ``PatternSearch`` of its own.
///
/// `@unchecked Sendable`: Hyperscan never writes to a compiled database (hs_runtime.h: one scratch space for each thread).
final class PatternDatabase: @unchecked Sendable {
    // Immutable once it is compiled.
    fileprivate let database: OpaquePointer

    /// Compiles `patterns`; a match names one by its index.
    ///
    /// - Throws: ``PatternError`` for one that cannot be compiled.
    init(_ patterns: [BytePattern]) throws(PatternError) {
        let expressions = patterns.map { UnsafePointer(strdup($0.expression)) }
        defer { expressions.forEach { free(UnsafeMutablePointer(mutating: $0)) } }
        let flags = patterns.map { $0.flags }
        let identifiers = patterns.indices.map { UInt32($0) }
        var (made, problem): (OpaquePointer?, UnsafeMutablePointer<hs_compile_error_t>?)
        let status = hs_compile_multi(
            expressions, flags, identifiers, UInt32(patterns.count), UInt32(HS_MODE_BLOCK), nil, &made, &problem)
        defer { hs_free_compile_error(problem) }
        guard status == HS_SUCCESS, let made else {
            let index = problem.map { Int($0.pointee.expression) } ?? -1
            throw PatternError(
                pattern: patterns.indices.contains(index) ? patterns[index].expression : nil,
                reason: problem.map { String(cString: $0.pointee.message) } ?? "Hyperscan says \(status)")
        }
        database = made
    }

    deinit {
        hs_free_database(database)
    }
}

/// A regular expression over bytes.
struct BytePattern {
    /// The expression, as Hyperscan reads it: `^` is the begin of a line, which the begin of a file is not.
    let expression: String
    /// Whether `a` stands for `A`, too.
    var ignoresCase = false
    /// Whether the expression is about bytes rather than text: `.` stands for each of the 256.
    var isBinary = false

    fileprivate var flags: UInt32 {
        var flags = UInt32(HS_FLAG_SOM_LEFTMOST | HS_FLAG_MULTILINE)
        if ignoresCase { flags |= UInt32(HS_FLAG_CASELESS) }
        if isBinary { flags |= UInt32(HS_FLAG_DOTALL) }
        return flags
    }
}

/// One thread's search by a ``PatternDatabase``.
final class PatternSearch {
    /// A place where a pattern matches.
    struct Match: Hashable {
        /// The pattern's index.
        let pattern: Int
        /// The bytes, by their place in what was searched.
        let range: Range<Int>
    }

    /// The most places that are told of one block: a hostile disk may be full of them.
    static let matchLimit = 50_000

    private let database: PatternDatabase
    private var scratch: OpaquePointer?

    /// A search by `database`.
    init(_ database: PatternDatabase) throws(PatternError) {
        self.database = database
        guard hs_alloc_scratch(database.database, &scratch) == HS_SUCCESS else {
            throw PatternError(pattern: nil, reason: "there is no memory for a search")
        }
    }

    deinit {
        hs_free_scratch(scratch)
    }

    /// The places in `bytes` where patterns match, in order; of those that begin at the same byte, the longest.
    ///
    /// - Returns: Also whether there are more than ``matchLimit``, of which the rest is left out.
    func matches(in bytes: UnsafeRawBufferPointer) throws(PatternError) -> (matches: [Match], isCut: Bool) {
        guard let start = bytes.baseAddress, !bytes.isEmpty else { return ([], false) }
        let sink = Sink()
        let status = hs_scan(
            database.database, start.assumingMemoryBound(to: CChar.self), UInt32(bytes.count), 0, scratch,
            { pattern, from, to, _, context in
                guard let context else { return 1 }
                let sink = Unmanaged<Sink>.fromOpaque(context).takeUnretainedValue()
                return sink.add(Sink.Start(pattern: pattern, offset: from), end: to) ? 0 : 1
            }, Unmanaged.passUnretained(sink).toOpaque())
        guard status == HS_SUCCESS || status == HS_SCAN_TERMINATED else {
            throw PatternError(pattern: nil, reason: "Hyperscan says \(status)")
        }
        let matches = sink.ends.map { Match(pattern: Int($0.pattern), range: Int($0.offset)..<Int($1)) }
        return (
            matches.sorted { ($0.range.lowerBound, $0.pattern) < ($1.range.lowerBound, $1.pattern) },
            status == HS_SCAN_TERMINATED
        )
    }

    /// What the search has told so far.
    private final class Sink {
        struct Start: Hashable {
            let pattern: UInt32
            let offset: UInt64
        }

        private(set) var ends: [Start: UInt64] = [:]

        /// Keeps the longest match of each start.
        ///
        /// - Returns: Whether there is room for more.
        func add(_ start: Start, end: UInt64) -> Bool {
            ends[start] = max(end, ends[start] ?? 0)
            return ends.count <= PatternSearch.matchLimit
        }
    }
}

/// A pattern, or a search, that Hyperscan refuses.
struct PatternError: Error, CustomStringConvertible {
    /// The pattern; nil if it is not about one.
    let pattern: String?
    /// Why.
    let reason: String

    var description: String {
        pattern.map { "the pattern '\($0)' cannot be searched for: \(reason)" } ?? "the search failed: \(reason)"
    }
}
