internal import Foundation
internal import HostSystem
package import SystemPackage

/// A release's folder as it was at one moment, with all of its files open.
///
/// What is verified and what is used afterwards can so be the same bytes, whatever happens to the folder meanwhile.
package struct ReleaseFolder: Sendable {
    /// The most files of a release; each is open.
    static let fileLimit = 256

    /// Where it is, without links.
    package let path: FilePath
    /// Its files by name; `logs/` is not among them.
    package let files: [String: ReleaseFile]
    /// What is in it that no release holds.
    let strays: [Finding]

    /// Opens a folder and the files in it.
    package init(_ path: FilePath) throws(ReleaseFolderError) {
        let folder: FileDescriptor
        do {
            folder = try FileDescriptor.open(path, .readOnly, options: [.directory, .closeOnExec])
        } catch {
            throw ReleaseFolderError(path: path, cause: error as? Errno ?? .ioError)
        }
        defer { try? folder.close() }
        guard let place = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\(folder.rawValue)")
        else { throw ReleaseFolderError(path: path, cause: .noSuchFileOrDirectory) }
        self.path = FilePath(place)
        var scan = FolderScan(folder: folder)
        do {
            try scan.run()
        } catch {
            throw ReleaseFolderError(path: path, cause: error)
        }
        files = scan.files
        strays = scan.strays
    }

    /// The file of a name, or why there is none.
    func file(_ name: String) throws(Finding) -> ReleaseFile {
        if let file = files[name] { return file }
        if let stray = strays.first(where: { $0.file == name }) { throw stray }
        throw Finding(.missing, name, "is not there")
    }
}

/// A folder that cannot be opened.
package struct ReleaseFolderError: Error, CustomStringConvertible {
    /// The folder.
    package let path: FilePath
    /// Why.
    package let cause: Errno

    package var description: String {
        cause == .noSuchFileOrDirectory
            ? "there is no release at \(path); name its folder, output/NAME/VERSION, or an image in it"
            : "the release \(path) cannot be read: \(cause)"
    }
}

/// One pass over the names in a folder.
private struct FolderScan {
    let folder: FileDescriptor
    var files: [String: ReleaseFile] = [:]
    var strays: [Finding] = []

    mutating func run() throws(Errno) {
        let copy = dup(folder.rawValue)
        guard copy >= 0, let stream = fdopendir(copy) else { throw Errno(rawValue: errno) }
        defer { closedir(stream) }
        while true {
            errno = 0
            guard let entry = readdir(stream) else {
                guard errno == 0 else { throw Errno(rawValue: errno) }
                return
            }
            guard take(name(of: entry)) else { return }
        }
    }

    private func name(of entry: UnsafeMutablePointer<dirent>) -> [UInt8] {
        // The record is as long as its name, and not as long as C's type says: only the name may be looked at.
        guard let offset = MemoryLayout<dirent>.offset(of: \.d_name) else { return [] }
        let start = UnsafeRawPointer(entry).advanced(by: offset).assumingMemoryBound(to: UInt8.self)
        var count = 0
        while start[count] != 0 { count += 1 }
        return Array(UnsafeBufferPointer(start: start, count: count))
    }

    /// Opens what has this name.
    ///
    /// - Returns: Whether to go on.
    private mutating func take(_ bytes: [UInt8]) -> Bool {
        if bytes.elementsEqual(".".utf8) || bytes.elementsEqual("..".utf8) { return true }
        let name = String(decoding: bytes, as: UTF8.self)
        guard files.count + strays.count < ReleaseFolder.fileLimit else {
            strays.append(
                Finding(.tooMany, name, "is one of more than \(ReleaseFolder.fileLimit) files"))
            return false
        }
        guard ReleaseFileName.isPlain(bytes) else {
            strays.append(Finding(.name, name, "has a name that is not plain ASCII without slashes"))
            return true
        }
        do {
            files[name] = try ReleaseFile(name, in: folder)
        } catch  where error.kind == .folder && name == ReleaseFileName.logs {
            return true
        } catch {
            strays.append(error)
        }
        return true
    }
}
