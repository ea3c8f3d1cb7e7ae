internal import HostSystem

/// What became of an image when old ones were to go.
package struct RetentionOutcome: Sendable, Hashable, Encodable {
    /// The snapshot.
    package let snapshot: String
    /// Why it stays; nil if it was removed.
    package let keptBy: String?
}

extension ZFSStore {
    /// Removes the images of a template, or of all, but for the newest of each, and for those that something stands on.
    ///
    /// The newest is what was put there last, so that a version that a fleet went back to counts by that.
    ///
    /// - Returns: What became of those beyond the number.
    /// - Throws: ``ZFSError`` `noTemplate` where the store has none of the template.
    package func keep(_ count: Int, of template: String? = nil) async throws -> [RetentionOutcome] {
        let images = try await images().filter { template == nil || $0.template == template }
        if let template, images.isEmpty { throw ZFSError.noTemplate(template, place) }
        var outcomes: [RetentionOutcome] = []
        for (_, versions) in Dictionary(grouping: images, by: \.template).sorted(by: { $0.key < $1.key }) {
            for image in versions.dropLast(count) { outcomes.append(try await remove(image)) }
        }
        return outcomes
    }

    private func remove(_ image: StoredImage) async throws -> RetentionOutcome {
        func stays(_ reason: String) -> RetentionOutcome {
            RetentionOutcome(snapshot: image.snapshot, keptBy: reason)
        }
        guard image.clones.isEmpty else { return stays("\(image.clones.joined(separator: ", ")) stand on it") }
        guard image.holds == 0 else { return stays("somebody holds it (zfs holds \(image.snapshot))") }
        do {
            // Without -r and -R: whoever has cloned or held it meanwhile keeps it.
            try await shell.run(["zfs", "destroy", image.snapshot])
            return RetentionOutcome(snapshot: image.snapshot, keptBy: nil)
        } catch ZFSError.failed(_, _, let message) {
            return stays(message)
        } catch ZFSError.busy(_, _, let message) {
            return stays(message)
        }
    }
}
