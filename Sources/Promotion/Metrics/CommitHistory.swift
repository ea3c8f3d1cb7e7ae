package import Foundation

/// Commits with their times and parents, as far as a clone has them.
///
/// It answers one question: which changes a release was the first to hold. Where a commit is missing, there is no answer,
/// since what is not known to be old is not therefore new.
package struct CommitHistory: Sendable {
    /// A commit.
    package struct Commit: Sendable {
        /// When it was committed, by its committer's clock.
        package let date: Date
        /// Where its parents are in ``CommitHistory/commits``; nil for one that is missing.
        fileprivate let parents: [Int?]

        /// Whether it only joins others, and changes nothing itself.
        fileprivate var isMerge: Bool { parents.count > 1 }
    }

    private let commits: [Commit]
    private let places: [ObjectID: Int]
    /// Whether the clone was cut off, so that nothing is known.
    package let isShallow: Bool

    /// The history of a clone that was cut off: which of the commits at its edge are old cannot be told.
    package static let shallow = CommitHistory([], isShallow: true)

    /// A history of commits, in any order.
    package init(_ commits: [(id: ObjectID, date: Date, parents: [ObjectID])]) {
        self.init(commits, isShallow: false)
    }

    private init(_ commits: [(id: ObjectID, date: Date, parents: [ObjectID])], isShallow: Bool) {
        let places = Dictionary(commits.enumerated().map { ($1.id, $0) }) { first, _ in first }
        self.commits = commits.map { Commit(date: $0.date, parents: $0.parents.map { places[$0] }) }
        self.places = places
        self.isShallow = isShallow
    }

    /// The changes that each of several releases, in the order of their deployments, was the first to hold: the commits
    /// that its recipe's commit reaches and no earlier one does, without merges.
    ///
    /// There is no answer, which is nil and not "none", for the first release, since all of the past would be its; and
    /// for every one from the first missing commit on.
    package func changes(along recipes: [ObjectID]) -> [[Commit]?] {
        var isHeld = [Bool](repeating: false, count: commits.count)
        var isWhole = true
        return recipes.enumerated().map { number, recipe in
            var changes: [Commit] = []
            var pending = [places[recipe]]
            while let next = pending.popLast() {
                guard let place = next else {
                    isWhole = false
                    continue
                }
                guard !isHeld[place] else { continue }
                isHeld[place] = true
                let commit = commits[place]
                if !commit.isMerge { changes.append(commit) }
                pending += commit.parents
            }
            return number > 0 && isWhole ? changes : nil
        }
    }
}
