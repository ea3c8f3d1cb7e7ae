/// The release that a fleet goes back to, by its names.
package struct RollbackTarget: Sendable, Hashable {
    /// The template.
    package let template: String
    /// The version.
    package let version: String

    /// A version of the template that the fleet runs, if somebody names one; otherwise the release before, which may be
    /// of another template; nil where that is not known.
    init?(_ version: String?, of template: String, before previous: PreviousRelease?) {
        if let version {
            self.template = template
            self.version = version
        } else if let previous {
            self.template = previous.template
            self.version = previous.version
        } else {
            return nil
        }
    }
}
