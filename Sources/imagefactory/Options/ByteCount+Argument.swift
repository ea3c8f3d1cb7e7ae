internal import ArgumentParser
internal import HostSystem

extension ByteCount: ExpressibleByArgument {
    /// Reads `40GiB`; nil for what is no size, or none at all.
    init?(argument: String) {
        guard let count = try? ByteCount(parsing: argument), count.bytes > 0 else { return nil }
        self = count
    }
}
