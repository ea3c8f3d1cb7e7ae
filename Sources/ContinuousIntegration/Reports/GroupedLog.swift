/// A log in groups, of stages that run beside each other.
///
/// A forge's log can have one group open at a time. So the stage that began first is shown as it goes on; what the others
/// say waits until it is over, and is then shown whole, in the order in which they began.
struct GroupedLog {
    /// A line of the log.
    enum Line: Equatable {
        /// A group begins; the time is in seconds since 1970.
        case opening(String, at: Int)
        /// Text, inside of the open group or of none.
        case text(String)
        /// The group ends.
        case closing(String, at: Int)
    }

    private struct Section {
        /// The stage; nil for lines between groups.
        let stage: String?
        let start: Int
        var lines: [String] = []
        var end: Int?
    }

    private var sections: [Section] = []

    /// A stage begins.
    mutating func begin(_ stage: String, at time: Int) -> [Line] {
        sections.append(Section(stage: stage, start: time))
        return sections.count == 1 ? [.opening(stage, at: time)] : []
    }

    /// A stage that has begun says something.
    mutating func say(_ text: String, in stage: String) -> [Line] {
        guard let index = sections.firstIndex(where: { $0.stage == stage && $0.end == nil }) else { return note(text) }
        if index == 0 { return [.text(text)] }
        sections[index].lines.append(text)
        return []
    }

    /// A stage is over.
    mutating func end(_ stage: String, at time: Int) -> [Line] {
        guard let index = sections.firstIndex(where: { $0.stage == stage && $0.end == nil }) else { return [] }
        sections[index].end = time
        return index == 0 ? closeAllThatEnded() : []
    }

    /// Something is said that belongs to no group.
    mutating func note(_ text: String) -> [Line] {
        if sections.isEmpty { return [.text(text)] }
        sections.append(Section(stage: nil, start: 0, lines: [text], end: 0))
        return []
    }

    /// Nothing more comes.
    mutating func finish(at time: Int) -> [Line] {
        for index in sections.indices where sections[index].end == nil { sections[index].end = time }
        return sections.isEmpty ? [] : closeAllThatEnded()
    }

    /// Closes the open group, and shows what waits up to the next group that is under way.
    private mutating func closeAllThatEnded() -> [Line] {
        var lines: [Line] = []
        var isOpen = true
        while let section = sections.first {
            if !isOpen {
                if let stage = section.stage { lines.append(.opening(stage, at: section.start)) }
                lines += section.lines.map { .text($0) }
            }
            guard let end = section.end else {
                sections[0].lines = []
                return lines
            }
            if let stage = section.stage { lines.append(.closing(stage, at: end)) }
            sections.removeFirst()
            isOpen = false
        }
        return lines
    }
}
