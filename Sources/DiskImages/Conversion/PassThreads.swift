internal import Foundation
internal import SystemPackage

/// The threads of a conversion: a scout that looks where the disk has data, workers that read and compress, and a thread for
/// each lane and for the digest of the raw bytes.
struct PassThreads {
    let flow: ChunkFlow
    let source: any DiskReader
    let lanes: [any Lane]
    /// Nil if no file begins with the disk's raw bytes.
    let rawDigest: RawDigest?
    let workers: Int

    /// Runs all to their end; the first failure ends the others too.
    ///
    /// - Throws: That failure, or `CancellationError`.
    func run(isCancelled: () -> Bool, onProgress: (_ progress: Double) -> Void) throws {
        let running = DispatchGroup()
        var dataSize: Int64 = 0
        try source.forEachDataExtent(in: 0..<source.size) { dataSize += $0.upperBound - $0.lowerBound }
        start("scout", in: running) { [flow, source] in
            try ChunkPlace.forEach(in: source) { try flow.enter($0) }
            flow.close()
        }
        if let rawDigest { start("digest", in: running) { [flow] in try rawDigest.run(beside: flow) } }
        for (number, lane) in lanes.enumerated() {
            start("lane", in: running) { [flow] in try lane.run(ChunkFlow.Outlet(flow: flow, lane: number)) }
        }
        for _ in 0..<workers {
            start("worker", in: running) { [flow, source] in
                // The digest of the raw bytes goes first, and so do the lanes, which give memory back.
                makeThreadNicer()
                try Self.work(flow, source)
            }
        }
        while running.wait(timeout: .now() + .milliseconds(100)) == .timedOut {
            if isCancelled() { flow.fail(CancellationError()) }
            onProgress(flow.progress(size: source.size, dataSize: dataSize))
        }
        try flow.checkFailure()
    }

    private static func work(_ flow: ChunkFlow, _ source: any DiskReader) throws {
        var encoders: [UnitEncoding: UnitEncoder] = [:]
        while let task = try flow.nextTask() {
            switch task {
            case .load(let number, let place, let memory):
                flow.loaded(number, try Chunk(place, from: source, into: memory))
            case .encode(let number, let chunk, let encoding):
                guard let encoder = encoders[encoding] ?? UnitEncoder(encoding) else { throw Errno.noMemory }
                encoders[encoding] = encoder
                flow.encoded(number, encoding, encoder.encode(chunk))
            }
        }
    }

    private func start(_ name: String, in group: DispatchGroup, _ body: @escaping @Sendable () throws -> Void) {
        group.enter()
        let thread = Thread { [flow] in
            do { try body() } catch { flow.fail(error) }
            group.leave()
        }
        thread.name = name
        thread.start()
    }
}

/// Lowers the calling thread's priority by five steps; on Linux it is a thread's own (`setpriority(2)`).
private func makeThreadNicer() {
    let thread = __priority_which_t(PRIO_PROCESS.rawValue)
    setpriority(thread, 0, getpriority(thread, 0) + 5)
}
