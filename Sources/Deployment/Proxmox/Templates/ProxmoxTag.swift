/// The tags that show people and programs what a machine of ours is.
enum ProxmoxTag {
    /// Everything of ours.
    static let ours = "imagefactory"
    /// The template of its name that counts.
    static let current = "imagefactory-current"
    /// A template that counted before.
    static let previous = "imagefactory-previous"
    /// What is not a template that people use, or not yet.
    static let candidate = "imagefactory-candidate"
    /// What stands for a lock.
    static let lock = "imagefactory-lock"
    /// A machine that is used.
    static let machine = "imagefactory-machine"

    /// The tags of a machine that becomes something else; those of others stay.
    static func replacing(_ tags: [String], by own: String) -> String {
        let foreign = tags.filter { $0 != ours && !$0.hasPrefix("\(ours)-") }
        return (foreign + [ours, own]).joined(separator: ";")
    }
}
