package import RandomTestSupport

extension SeededRandom {
    /// Whether something happens that happens with `probability`.
    package mutating func happens(_ probability: Double) -> Bool {
        Double.random(in: 0..<1, using: &self) < probability
    }
}
