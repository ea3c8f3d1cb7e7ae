internal import HostSystem
internal import Synchronization

/// Tells how far an upload is, at each tenth.
final class UploadMeter: Sendable {
    private let size: Int64
    private let report: @Sendable (String) -> Void
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
        if isNews { report("uploaded \(tenth * 10)%, \(ByteCount(bytes))") }
    }
}
