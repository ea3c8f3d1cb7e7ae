internal import Pipeline
internal import SystemPackage

/// An error that a forge shows beside the log.
package struct Annotation: Sendable, Equatable {
    /// A line of a file in the repository.
    package struct Place: Sendable, Equatable {
        /// The file, relative to the repository.
        package let file: String
        /// The line, from 1.
        package let line: Int
    }

    /// What it is about, in a few words.
    package let title: String
    /// The whole story; it may have several lines.
    package let message: String
    /// What it points to, if anything.
    package var place: Place?

    /// An annotation.
    package init(title: String, message: String, place: Place? = nil) {
        self.title = title
        self.message = message
        self.place = place
    }

    /// The annotations of an error: one for each place that is named, else one.
    package static func of(_ error: any Error) -> [Annotation] {
        guard let error = error as? YAMLError else {
            return [Annotation(title: "imagefactory", message: "\(error)")]
        }
        return error.problems.map { problem in
            Annotation(
                title: "imagefactory", message: "\(problem)",
                place: Place(file: problem.place.file.string, line: problem.place.line))
        }
    }
}
