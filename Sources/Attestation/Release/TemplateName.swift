/// The form of a template's name, which is a part of paths, addresses and tags.
package enum TemplateName {
    /// Whether a text can be one: small letters, digits and hyphens.
    package static func isWellFormed(_ name: String) -> Bool {
        let plain = "abcdefghijklmnopqrstuvwxyz0123456789-".utf8
        return (1...64).contains(name.utf8.count) && name.utf8.allSatisfy(plain.contains)
    }
}
