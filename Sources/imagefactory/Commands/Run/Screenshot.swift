internal import Foundation
internal import HostSystem
internal import Machines
internal import Pipeline
internal import SystemPackage

/// A picture of a running machine's screen, in a file.
struct Screenshot: Encodable {
    /// The file.
    let path: String
    /// Its media type.
    let type: String
    /// The machine, by its role: `install`.
    let machine: String

    /// Asks the process of a run for a picture of its machine, and writes it to `output`.
    ///
    /// - Parameter machine: The machine's role, if the run has several machines.
    static func take(of run: RecordedRun, machine wanted: String? = nil, to output: FilePath) async throws -> Screenshot
    {
        guard run.status == .running, let folder = run.folder else { throw ScreenshotError(over: run) }
        let id = run.summary.id
        let machines = folder.machines.folderEntries
        guard !machines.isEmpty else { throw ScreenshotError.noMachine(run: id) }
        let matching = wanted.map { wanted in machines.filter { role(of: $0) == wanted } } ?? machines
        guard let machine = matching.first, matching.count == 1 else {
            throw ScreenshotError.choice(run: id, machines: machines.map(role))
        }
        let picture = try await ScreenDesk(folder: folder.machines.appending(machine)).picture()
        do {
            try output.writeAtomically(picture.bytes)
        } catch let error as Errno {
            throw ScreenshotError.unwritable(output, error)
        }
        return Screenshot(path: output.absolute.string, type: picture.type, machine: role(of: machine))
    }

    /// `install`, of `if-a1b2c3-install`.
    private static func role(of machine: String) -> String {
        machine.split(separator: "-", maxSplits: 2).last.map(String.init) ?? machine
    }
}

/// Why there is no picture.
enum ScreenshotError: Error, Equatable, CustomStringConvertible {
    /// The run is over; its bundle may have the screen as it was.
    case over(run: String, status: String, picture: FilePath?)
    /// The run goes on, but has no machine now.
    case noMachine(run: String)
    /// The run has several machines, or none of the role.
    case choice(run: String, machines: [String])
    /// The file cannot be written.
    case unwritable(FilePath, Errno)

    init(over run: RecordedRun) {
        let pictures = ["screen.png", "screen.ppm"].compactMap { run.folder?.bundle.appending($0) }
        self = .over(run: run.summary.id, status: run.status.rawValue, picture: pictures.first(where: \.exists))
    }

    var description: String {
        switch self {
        case .over(let run, let status, let picture?):
            "the run \(run) is over (\(status)); the screen as it was is \(picture)"
        case .over(let run, let status, nil):
            "the run \(run) is over (\(status)), and no picture of its screen was kept"
        case .noMachine(let run): "the run \(run) has no machine now; 'imagefactory run show' says where it is"
        case .choice(let run, let machines):
            "the run \(run) has these machines now: \(machines.joined(separator: ", ")); name one with --machine"
        case .unwritable(let path, let reason): "\(path) cannot be written: \(reason); name another file"
        }
    }
}
