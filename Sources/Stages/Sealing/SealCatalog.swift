package import Pipeline

/// The named operations and the profiles that are made of them.
package enum SealCatalog {
    /// The profiles' names.
    package static let profiles = ["standard"]

    /// Every operation there is, in the order in which they are done.
    package static let operations = runningOperations + shutdownOperations

    /// The operations of a template's seal.
    ///
    /// - Throws: ``SealCatalogError`` for a profile or an operation that there is not.
    package static func operations(for seal: Template.Seal) throws(SealCatalogError) -> [SealOperation] {
        guard profiles.contains(seal.profile.value) else {
            throw SealCatalogError(
                place: seal.profile.place, kind: "profile", name: seal.profile.value, known: profiles)
        }
        let known = operations.map(\.name)
        for name in seal.keep + seal.add where !known.contains(name.value) {
            throw SealCatalogError(place: name.place, kind: "operation", name: name.value, known: known)
        }
        let kept = Set(seal.keep.map(\.value))
        return operations.filter { !kept.contains($0.name) }
    }
}

/// A name that the seal does not know.
package struct SealCatalogError: Error, CustomStringConvertible {
    /// Where the template has it.
    package let place: YAMLPlace
    /// What kind of name it is.
    package let kind: String
    /// The name.
    package let name: String
    /// The names there are.
    package let known: [String]

    package var description: String {
        "\(place): the seal has no \(kind) '\(name)'; there are \(known.joined(separator: ", "))"
    }
}
