internal import HostSystem
internal import SystemPackage

/// The programs that a lab ISO is made with.
enum LabTools {
    /// The time that everything on a medium carries, so that the same packages give the same bytes: Debian 13's first day.
    static let epoch = "1754697600"

    /// No settings of the user's, a fixed time, one time zone, one language.
    static let environment = [
        "SOURCE_DATE_EPOCH": epoch, "TZ": "UTC", "LC_ALL": "C.UTF-8", "MTOOLSRC": "/dev/null", "MTOOLS_SKIP_CHECK": "1",
    ]

    /// Refuses before the long work if a program is missing.
    static func check() async throws {
        for name in ["mmdebstrap", "zstd", "tar", "mksquashfs", "mformat", "mmd", "mcopy", "xorriso", "touch"]
        where await Program.path(of: name) == nil {
            throw ProgramError.notFound(program: name)
        }
    }

    /// Runs a program with the fixed environment.
    @discardableResult
    static func run(
        _ name: String, _ arguments: [String], more: [String: String] = [:], in folder: FilePath? = nil,
        deadline: Duration = .seconds(5 * 60)
    ) async throws -> ProgramOutput {
        try await Program.run(
            name, arguments, environment: environment.merging(more) { $1 }, in: folder, deadline: deadline)
    }

    /// Gives files the medium's time.
    static func setTime(of paths: [FilePath]) async throws {
        try await run("touch", ["--no-dereference", "--date=@\(epoch)"] + paths.map(\.string))
    }
}
