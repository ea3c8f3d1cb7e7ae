internal import HostSystem
internal import Synchronization

/// Tells how far an upload is, at each tenth, and how fast it was.
final class UploadMeter: Sendable {
    private let size: Int64
    private let report: @Sendable (String) -> Void
    private let start = ContinuousClock.now
    private let told = Mutex(0)

    init(size: Int64, report: @escaping @Sendable (String) -> Void) {
        self.size = size
        self.report = report
    }

    /// Notes that so many bytes are out.
    func note(_ bytes: Int64) {
        let tenth = size == 0 ? 10 : Int(bytes * 10 / size)
        let isNews = told.withLock { told in
            defer { told = max(told, tenth) }
            return tenth > told
        }
        if isNews, tenth < 10 { report("uploaded \(tenth * 10)%, \(ByteCount(bytes))") }
    }

    /// Notes that the server has all of it.
    func end() {
        let milliseconds = max(1, start.duration(to: .now).milliseconds)
        let rate = ByteCount(size / milliseconds * 1000)
        report("uploaded \(ByteCount(size)) in \(milliseconds) ms, \(rate)/s")
    }
}
