internal import Foundation
internal import HostSystem
internal import Pipeline
package import SystemPackage

/// The boots that went well, in `STATE/boots/`: an image that has booted is not booted again for another format's sake.
package struct BootMemory: Sendable {
    private let folder: FilePath

    /// The memory in `folder`.
    package init(folder: FilePath) {
        self.folder = folder
    }

    /// The result under a key; nil if none is remembered, or can be read.
    func result(of key: StageKey) -> BootResult? {
        guard let bytes = try? path(of: key).readBytes(limit: .mebibytes(4)) else { return nil }
        return try? JSONDecoder().decode(BootResult.self, from: Data(bytes))
    }

    /// Remembers a result.
    func save(_ result: BootResult, of key: StageKey) throws {
        try folder.createFolder()
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        try path(of: key).writeAtomically(try encoder.encode(result))
    }

    private func path(of key: StageKey) -> FilePath { folder.appending("\(key.hex).json") }
}
