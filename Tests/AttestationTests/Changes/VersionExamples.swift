/// Random versions that are near to each other, the same ones each time.
struct VersionExamples {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    /// Pairs of versions made of a few short pieces, so that every rule of the order is met often.
    mutating func pairs(_ count: Int, pieces: [String], ends: [String], epochs: [String]) -> [(String, String)] {
        (0..<count).map { _ in
            let (epoch, body) = (pick(epochs), body(of: pieces))
            let one = epoch + body.joined() + pick(ends)
            // A third of them differ in one piece alone, another in nothing but epoch and end.
            switch next(3) {
            case 0: return (one, pick(epochs) + self.body(of: pieces).joined() + pick(ends))
            case 1:
                var other = body
                other.insert(pick(pieces), at: 1 + next(other.count))
                return (one, epoch + other.joined() + pick(ends))
            default: return (one, pick(epochs) + body.joined() + pick(ends))
            }
        }
    }

    /// A digit, with which a version begins, and a few pieces.
    private mutating func body(of pieces: [String]) -> [String] {
        let length = 1 + next(5)
        return ["\(next(3))"] + (0..<length).map { _ in pick(pieces) }
    }

    private mutating func pick(_ list: [String]) -> String {
        list[next(list.count)]
    }

    private mutating func next(_ bound: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int((state >> 33) % UInt64(bound))
    }
}
