package import SystemPackage

/// How a run ended well.
package struct RunResult: Sendable, Equatable {
    /// One stage of it.
    package struct Stage: Sendable, Codable, Equatable {
        /// Its name.
        package let name: String
        /// Its key, if its result is kept.
        package let key: StageKey?
        /// What happened to it.
        package let action: Plan.Action
        /// How long it took.
        package let seconds: Double
    }

    /// The run's id.
    package let run: String
    /// The stages in order.
    package let stages: [Stage]
    /// The newest disk, unless nothing needed it.
    package let disk: FilePath?
    /// The folder of the finished images.
    package let images: FilePath?
    /// What a stage published.
    package let release: FilePath?
}
