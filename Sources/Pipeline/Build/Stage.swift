package import HostSystem
package import SystemPackage

/// What a stage yields.
package enum StageProduct: String, Sendable, Codable {
    /// `disk.qcow2`, a layer over the disk before it.
    case disk
    /// The finished image files.
    case images
    /// What was found out about a disk or its images; no later disk or image depends on it.
    case report
    /// Nothing that is kept; such a stage runs every time.
    case nothing
}

/// One step of a pipeline: it takes the disk so far and makes the next one, or images, or a report.
///
/// A stage has one name in five places: the pipeline file, its Swift file, its type, its test, and its log lines.
package protocol Stage: Sendable {
    /// The name: `install-system`.
    static var name: String { get }
    /// One line for people.
    static var summary: String { get }
    /// Raised when the same ingredients give another result.
    static var revision: Int { get }
    /// What it yields.
    static var product: StageProduct { get }
    /// Whether it runs inside a booted disk that it shares with its neighbours; only for stages that yield a disk.
    static var sharesBoot: Bool { get }

    /// What it is called in its pipeline: the type's name, or its own for one that may stand there several times.
    var name: String { get }
    /// Whether its result is a layer of its own, although it could share a boot and a layer with its neighbours.
    var hasOwnLayer: Bool { get }

    /// What shapes the result beside the disk before it.
    ///
    /// Nil while that cannot be known, because a stage before it must run first: an ISO must be built or fetched.
    func ingredients() async throws -> Ingredients?

    /// Does the work; the result lies in ``StageWork/folder`` afterwards.
    ///
    /// Not called for a stage with ``sharesBoot``: ``SharedBoot`` runs those.
    func run(_ work: StageWork) async throws

    /// The digests of the files that the stage left in `folder`, by their names, for the record; none for most stages.
    func digests(in folder: FilePath) throws -> [String: Digest]
}

extension Stage {
    package static var sharesBoot: Bool { false }

    package func digests(in folder: FilePath) throws -> [String: Digest] { [:] }

    package var name: String { Self.name }
    package var hasOwnLayer: Bool { false }
}

/// Boots a disk once, and runs consecutive stages in it.
package protocol SharedBoot: Sendable {
    /// Makes `disk.qcow2` in the work's folder by running `stages` in order, each inside a call of `step`, which tells
    /// the world that the stage began and ended.
    func run(
        _ stages: [any Stage], _ work: StageWork,
        step: @Sendable (any Stage, () async throws -> Void) async throws -> Void
    ) async throws
}

/// What a stage is given.
package struct StageWork: Sendable {
    /// The disk so far: a layer in the store that must not be written to; nil before the first.
    package let disk: FilePath?
    /// Which making of the disk so far it is: the same work done again gives other bytes; nil before the first disk.
    package let diskIdentity: String?
    /// Whether the stage may go on from what an earlier run left unfinished; not when it was asked to run.
    package let mayGoOn: Bool
    /// Where the result goes: an unfinished store entry, or a scratch folder for a stage that yields nothing.
    ///
    /// A disk stage leaves `disk.qcow2` there. Paths in it must not name this folder: it is renamed when it is finished.
    /// `../KEY/disk.qcow2` reaches the layer below, before and after.
    package internal(set) var folder: FilePath
    /// The run, with its logs and its bundle.
    package let run: RunFolder
    /// The folder of the finished images, after a stage that yields images.
    package let images: FilePath?
    /// What earlier stages reported: a folder by stage name.
    package let reports: [String: FilePath]
    /// The keys of all stages so far, with this one.
    package let keys: StageKeys
    /// What shaped the results of the stages, by stage name; of those that keep nothing there is none.
    package let ingredients: [String: Ingredients]
    /// Where a stage that publishes tells what it published.
    package let published: @Sendable (FilePath) -> Void
    /// Takes one line about the progress, for people.
    package let report: @Sendable (String) -> Void
}

/// The keys of a run's stages so far.
package struct StageKeys: Sendable, Equatable {
    /// By stage name.
    package internal(set) var byStage: [String: StageKey] = [:]
    /// The key of the newest disk.
    package internal(set) var disk: StageKey?
    /// The key of the images.
    package internal(set) var images: StageKey?

    /// No keys.
    package init() {}
}

/// A failure that knows its own name and what to do about it; the runner puts both into the events.
package protocol DiagnosedError: Error {
    /// The cause, as a stable word: `no-seed-found`.
    var causeName: String { get }
    /// The lines that show it, the most telling first.
    var evidence: [String] { get }
    /// What to do.
    var advice: String { get }
}

extension DiagnosedError {
    package var evidence: [String] { [] }
}

/// The failure of a stage; it wraps the cause once.
package struct StageError: Error, CustomStringConvertible {
    /// The stage's name.
    package let stage: String
    /// Why.
    package let cause: any Error

    /// The failure of `stage`.
    package init(stage: String, cause: any Error) {
        self.stage = stage
        self.cause = cause
    }

    package var description: String { "\(stage): \(cause)" }
}
