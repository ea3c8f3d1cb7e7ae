import Foundation
import HostSystem
import Pipeline
import SystemPackage

/// A folder for one test, which goes with it.
final class TestFolder: Sendable {
    let path: FilePath

    init() throws {
        path = FilePath(NSTemporaryDirectory()).appending("pipeline-tests-\(String.randomHex(digits: 12))")
        try path.createFolder()
    }

    deinit {
        try? path.remove()
    }

    /// Writes a file and the folders above it.
    @discardableResult
    func write(_ text: String, to name: String) throws -> FilePath {
        let file = path.pushing(FilePath(name))
        try file.removingLastComponent().createFolder()
        try file.write(text.utf8)
        return file
    }

    var state: StateFolder { StateFolder(root: path.appending("state"), cache: path.appending("cache")) }
}
