extension String {
    /// `did you mean 'machine'?` with the nearest of `words`; nil if none is near enough to be meant.
    package func didYouMean(_ words: [String]) -> String? {
        let ranked = words.map { (word: $0, distance: lowercased().editDistance(to: $0.lowercased())) }
        guard let nearest = ranked.min(by: { $0.distance < $1.distance }), nearest.distance <= max(1, count / 3) else {
            return nil
        }
        return "did you mean '\(nearest.word)'?"
    }

    /// How many letters must be added, removed, replaced or swapped with their neighbour to get `other`.
    package func editDistance(to other: String) -> Int {
        let left = Array(self.prefix(64))
        let right = Array(other.prefix(64))
        guard !left.isEmpty, !right.isEmpty else { return max(left.count, right.count) }
        var rows = [Array(0...right.count)]
        for (i, character) in left.enumerated() {
            var row = [i + 1]
            for (j, otherCharacter) in right.enumerated() {
                var cost = Swift.min(rows[i][j] + (character == otherCharacter ? 0 : 1), rows[i][j + 1] + 1, row[j] + 1)
                if i > 0, j > 0, character == right[j - 1], left[i - 1] == otherCharacter {
                    cost = Swift.min(cost, rows[i - 1][j - 1] + 1)
                }
                row.append(cost)
            }
            rows.append(row)
        }
        return rows[left.count][right.count]
    }
}
