internal import HostSystem

/// Finds releases by template and version, in the output folder and in the places that `releases:` lists.
package struct ReleaseFinder: Sendable {
    /// The places, in the order in which they are asked.
    package let places: [ReleasePlace]
    /// How long servers are waited for.
    package var patience = WebPatience()

    /// A finder in these places.
    package init(_ places: [ReleasePlace]) {
        self.places = places
    }

    /// The release in the first place that has it; nothing is read of it yet, and nobody vouches for it.
    ///
    /// A place that cannot be asked is passed over: what another one has is verified all the same.
    ///
    /// - Throws: ``ReleaseFinderError``, `CancellationError`.
    package func find(template: String, version: String) async throws -> FoundRelease {
        guard TemplateName.isWellFormed(template), ReleaseVersion.isWellFormed(version) else {
            throw ReleaseFinderError(template: template, version: version, problem: .name)
        }
        var answers: [ReleaseFinderError.Answer] = []
        for place in places {
            do {
                let release = FoundRelease(place.release(template, version), patience: patience)
                if try await release.isThere() { return release }
                answers.append(.init(place: place, doubt: nil))
            } catch let error as CancellationError {
                throw error
            } catch {
                answers.append(.init(place: place, doubt: error))
            }
        }
        throw ReleaseFinderError(template: template, version: version, problem: .absent(answers))
    }
}

/// A release that is nowhere.
package struct ReleaseFinderError: Error, CustomStringConvertible {
    /// What was looked for.
    package let template: String
    /// The version of it.
    package let version: String
    /// Why it was not found.
    package let problem: Problem

    /// Why a release was not found.
    package enum Problem: Sendable {
        /// The name or the version is none.
        case name
        /// No place has it.
        case absent([Answer])
    }

    /// What became of a question.
    package struct Answer: Sendable {
        /// Who was asked.
        package let place: ReleasePlace
        /// Why it cannot be told; nil for a place that does not have the release.
        package let doubt: (any Error)?
    }

    package var description: String {
        switch problem {
        case .name:
            "\(StrictJSON.quoted("\(template)/\(version)")) is no release; write NAME/VERSION, such as web/v1.2.0"
        case .absent(let answers):
            ([
                "there is no release \(template) \(version); 'output' and 'releases' in imagefactory.yaml say where they are"
            ]
                + answers.map { "  > \($0.place): \($0.doubt.map { "\($0)" } ?? "it is not there")" })
                .joined(separator: "\n")
        }
    }
}
