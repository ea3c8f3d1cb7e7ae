package import SystemPackage

/// What the store knows about a result.
package struct StoreEntry: Sendable, Codable, Equatable {
    /// The name of the file that holds it.
    package static let fileName: FilePath.Component = "entry.json"

    /// The stage that made it.
    package let stage: String
    /// What the stage yields.
    package let product: StageProduct
    /// The key.
    package let key: StageKey
    /// The key of the disk that it stands on, or was made from.
    package let previous: StageKey?
    /// What it was made of: by stage name, since stages that share a boot make one entry together.
    package let ingredients: [String: Ingredients]
    /// The template that it was first made for; for people and for ``Plan``, not part of the key.
    package let template: String
    /// Which making of the key this is: the same work done again gives other bytes.
    package internal(set) var instance = ""
    /// Which making of ``previous`` it stands on.
    package internal(set) var previousInstance: String?
    /// The sizes of the files beside this one, in bytes, by their paths in the entry.
    package internal(set) var files: [String: Int64] = [:]
}
