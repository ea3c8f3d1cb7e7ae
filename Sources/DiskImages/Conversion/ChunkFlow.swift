internal import Foundation

/// The chunks of a running conversion: hands them from the scout to the workers, and from the workers, in order, to the
/// lanes; and holds everybody back who would use too much memory.
///
/// ```text
///            enter          next task: load, encode           next chunk, in order
///   scout ───────────▶ flow ◀──────────────────────▶ workers   flow ───────────────▶ a lane for each file or digest
/// ```
///
/// Tasks begin in the order of the disk, and each lane goes on by itself: so the oldest chunk always gets through, whatever the
/// limits.
///
/// All state is guarded by `condition`, which makes it safe to share.
final class ChunkFlow: @unchecked Sendable {
    /// A piece of work for a worker, and which chunk of the flow it is about.
    enum Task {
        case load(Int, ChunkPlace, ChunkMemory)
        case encode(Int, Chunk, UnitEncoding)
    }

    /// What a lane gets.
    struct Delivery {
        /// The chunk; its memory is valid until the lane asks for the next one.
        let chunk: Chunk
        /// Its units in the lane's encoding; nil for a plain one.
        let encoded: EncodedUnits?
    }

    /// How much may be on its way at once.
    struct Limits {
        /// The chunks in memory as they were read: 64 MiB.
        var loadedChunks = 32
        /// How many chunks the digest of the raw bytes may be ahead of the loading: 1 GiB, which the page cache is trusted to
        /// hold until the workers read it again.
        var lead = 512
        /// The bytes of encoded chunks from which on no encoding is begun: 32 MiB.
        var encodedBytes = 32 << 20
        /// All chunks, those that are not read yet included.
        var chunks = 4096
    }

    /// A chunk and who has yet to see it.
    private struct Passage {
        let place: ChunkPlace
        var chunk: Chunk?
        /// The lanes and encoders that need the chunk's memory.
        var readersLeft: Int
        var lanesLeft: Int
        var encoded: [UnitEncoding: (units: EncodedUnits, lanesLeft: Int)] = [:]
    }

    /// How far a lane is.
    private struct Standing {
        /// The bytes of data that it has taken.
        var data: Int64 = 0
        var isFinished = false

        func progress(dataSize: Int64) -> Double {
            guard !isFinished else { return 1 }
            return dataSize > 0 ? Double(data) / Double(dataSize) : 0
        }
    }

    private let condition = NSCondition()
    private let limits: Limits
    private let lanes: [UnitEncoding]
    private let encodings: [UnitEncoding]

    private var passages: [Int: Passage] = [:]
    private var entered = 0
    private var nextLoad = 0
    private var nextEncode = (passage: 0, encoding: 0)
    private var nextDelivery: [Int]
    private var standings: [Standing]
    /// The bytes of the disk that the digest of the raw bytes has taken; nil if nobody wants that.
    private var hashedBytes: Int64?
    private var idleMemory: [ChunkMemory] = []
    private var loadedChunks = 0
    private var encodedBytes = 0
    private var isClosed = false
    private var identity: DiskIdentity?
    private var failure: (any Error)?

    /// A flow to lanes that want their chunks in these encodings.
    init(lanes: [UnitEncoding], limits: Limits = Limits()) {
        self.lanes = lanes
        self.limits = limits
        encodings = Set(lanes).subtracting([.plain]).sorted { "\($0)" < "\($1)" }
        nextDelivery = lanes.map { _ in 0 }
        standings = lanes.map { _ in Standing() }
    }

    // MARK: - Scout

    /// Brings a chunk in; waits while too many are on their way.
    func enter(_ place: ChunkPlace) throws {
        try wait { () -> Void? in
            guard passages.count < limits.chunks else { return nil }
            let readers = lanes.count { $0 == .plain } + encodings.count
            passages[entered] = Passage(place: place, readersLeft: readers, lanesLeft: lanes.count)
            entered += 1
            return ()
        }
    }

    /// Says that no chunk follows.
    func close() {
        change { isClosed = true }
    }

    /// Ends the conversion: whoever waits or comes gets `error`, of which the first counts.
    func fail(_ error: any Error) {
        change { failure = failure ?? error }
    }

    // MARK: - Workers

    /// The next thing to do; nil when there will be nothing more.
    func nextTask() throws -> Task? {
        try wait { () -> Task?? in
            if nextLoad < entered, loadedChunks < limits.loadedChunks, let passage = passages[nextLoad] {
                defer { nextLoad += 1 }
                loadedChunks += 1
                return .load(nextLoad, passage.place, idleMemory.popLast() ?? ChunkMemory())
            }
            if let (number, chunk) = nextEncodable(), encodedBytes < limits.encodedBytes {
                let encoding = encodings[nextEncode.encoding]
                nextEncode.encoding += 1
                return .encode(number, chunk, encoding)
            }
            return isClosed && nextLoad == entered && nextEncode.passage == entered ? .some(nil) : nil
        }
    }

    /// Takes a chunk that was read; one that holds nothing needs no encoding.
    func loaded(_ number: Int, _ chunk: Chunk) {
        change {
            passages[number]?.chunk = chunk
            if chunk.units.isEmpty { read(number, by: encodings.count) }
        }
    }

    /// Takes a chunk's units in one encoding.
    func encoded(_ number: Int, _ encoding: UnitEncoding, _ units: EncodedUnits) {
        change {
            encodedBytes += units.bytes.count
            passages[number]?.encoded[encoding] = (units, lanes.count { $0 == encoding })
            read(number, by: 1)
        }
    }

    // MARK: - Lanes

    /// The next chunk for a lane, which is done with the one before; nil after the last one.
    func next(for lane: Int) throws -> Delivery? {
        let encoding = lanes[lane]
        return try wait { () -> Delivery?? in
            let number = nextDelivery[lane]
            guard number < entered else { return isClosed ? .some(nil) : nil }
            guard let passage = passages[number], let chunk = passage.chunk else { return nil }
            guard encoding != .plain, !chunk.units.isEmpty else { return Delivery(chunk: chunk, encoded: nil) }
            return passage.encoded[encoding].map { Delivery(chunk: chunk, encoded: $0.units) }
        }
    }

    /// Says that a lane is done with the chunk it got last.
    func done(_ lane: Int) {
        change {
            let number = nextDelivery[lane]
            nextDelivery[lane] += 1
            standings[lane].data += passages[number]?.place.dataSize ?? 0
            if lanes[lane] == .plain {
                read(number, by: 1)
            } else if let (units, lanesLeft) = passages[number]?.encoded[lanes[lane]] {
                passages[number]?.encoded[lanes[lane]] = lanesLeft > 1 ? (units, lanesLeft - 1) : nil
                if lanesLeft == 1 { encodedBytes -= units.bytes.count }
            }
            passages[number]?.lanesLeft -= 1
            if passages[number]?.lanesLeft == 0 { passages[number] = nil }
        }
    }

    /// Makes the disk's identity known, which only the whole content tells.
    func identified(_ identity: DiskIdentity) {
        change { self.identity = identity }
    }

    /// The disk's identity; waits until it is known.
    func awaitIdentity() throws -> DiskIdentity {
        try wait { identity }
    }

    /// Notes that a lane has nothing left to do.
    func finished(_ lane: Int) {
        change { standings[lane].isFinished = true }
    }

    // MARK: - Digest of the raw bytes

    /// Waits until the loading has come so near to a chunk that the digest may take it.
    func awaitLoading(near number: Int) throws {
        try wait { number <= nextLoad + limits.lead ? () : nil }
    }

    /// Notes that the digest has taken the disk up to `offset`; throws when the conversion has been ended.
    func hashed(until offset: Int64) throws {
        condition.lock()
        defer { condition.unlock() }
        hashedBytes = offset
        if let failure { throw failure }
    }

    // MARK: - Supervision

    /// How far the slowest lane or digest has come, from 0 to 1, on a disk of `size` bytes that holds `dataSize` bytes of data.
    func progress(size: Int64, dataSize: Int64) -> Double {
        condition.lock()
        defer { condition.unlock() }
        let hashed = hashedBytes.map { size > 0 ? Double($0) / Double(size) : 1 } ?? 1
        return standings.map { $0.progress(dataSize: dataSize) }.reduce(hashed, min)
    }

    /// Throws what ended the conversion early, if anything has.
    func checkFailure() throws {
        condition.lock()
        defer { condition.unlock() }
        if let failure { throw failure }
    }

    // MARK: - Under the lock

    /// The first chunk that has yet to be encoded, if it is loaded; chunks that hold nothing are passed over.
    private func nextEncodable() -> (Int, Chunk)? {
        while nextEncode.passage < nextLoad {
            guard let chunk = passages[nextEncode.passage]?.chunk else {
                guard passages[nextEncode.passage] == nil else { return nil }
                nextEncode = (nextEncode.passage + 1, 0)
                continue
            }
            if !chunk.units.isEmpty, nextEncode.encoding < encodings.count { return (nextEncode.passage, chunk) }
            nextEncode = (nextEncode.passage + 1, 0)
        }
        return nil
    }

    /// Counts readers off, and takes the chunk's memory back after the last one.
    private func read(_ number: Int, by readers: Int) {
        passages[number]?.readersLeft -= readers
        guard let passage = passages[number], passage.readersLeft == 0, let chunk = passage.chunk else { return }
        loadedChunks -= 1
        idleMemory.append(chunk.memory)
    }

    private func change(_ body: () -> Void) {
        condition.lock()
        body()
        condition.broadcast()
        condition.unlock()
    }

    /// Waits until `attempt` gives something.
    private func wait<Result>(for attempt: () -> Result?) throws -> Result {
        condition.lock()
        defer { condition.unlock() }
        while true {
            if let failure { throw failure }
            if let result = attempt() {
                condition.broadcast()
                return result
            }
            condition.wait()
        }
    }
}
