internal import Foundation
internal import HostSystem
internal import SystemPackage

extension RunSummary {
    /// The most that is read of a journal.
    private static let journalLimit = ByteCount.mebibytes(64)

    /// What a run's own folder tells; nil if there is no run in it.
    ///
    /// Lines that are no event, such as the last one of a run that died while it wrote it, or one of another version of
    /// the factory, are passed over.
    init?(folder: FilePath) {
        guard let record = RunFolder.record(in: folder) else { return nil }
        self.init(id: record.id, template: record.template, started: record.started)
        let text = (try? RunPlaces(folder).journal.readText(limit: Self.journalLimit)) ?? ""
        let decoder = JSONDecoder()
        for line in text.split(separator: "\n") {
            guard let event = try? decoder.decode(RunEvent.self, from: Data(line.utf8)) else { continue }
            apply(event)
        }
        guard outcome == nil else { return }
        outcome = record.outcome
        ended = record.ended
    }
}
