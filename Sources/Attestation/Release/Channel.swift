/// Where a release may be used; promotion carries the same bytes from one to the next.
package enum Channel: String, Sendable, Codable, CaseIterable {
    /// Freshly built.
    case dev
    /// On trial.
    case staging
    /// In use.
    case prod

    /// The channel that a release must have been in before it comes here; nil for the first.
    package var source: Channel? {
        switch self {
        case .dev: nil
        case .staging: .dev
        case .prod: .staging
        }
    }
}
