internal import CLibvirt

extension ConnectionPointer {
    /// Lends a stream, which ends in an orderly way if `body` does, and is broken off if it throws: one that is only freed
    /// in the middle of its work keeps what it has open.
    func withStream<Result>(
        for work: @autoclosure () -> String, _ body: (virStreamPtr) throws -> Result
    ) throws -> Result {
        let stream = try check(virStreamNew(raw, 0), "open a stream to \(work())")
        defer { virStreamFree(stream) }
        let result: Result
        do {
            result = try body(stream)
        } catch {
            virStreamAbort(stream)
            throw error
        }
        try check(virStreamFinish(stream), "\(work()) to the end")
        return result
    }
}
