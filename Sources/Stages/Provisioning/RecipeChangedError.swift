package import SystemPackage

/// A file of the recipe that is no longer what a stage's key was made of.
package struct RecipeChangedError: Error, CustomStringConvertible {
    /// The file, or the folder that is uploaded.
    package let path: FilePath

    package var description: String { "\(path) changed while the build ran; run the build again" }
}
