/// What became of what starts the system.
package struct BootChanges: Codable, Sendable, Equatable {
    /// The kernels.
    package let kernels: ListChanges<BootSoftware.Part>
    /// The boot loaders.
    package let loaders: ListChanges<BootSoftware.Part>
    /// The kernel's command line, if it is another.
    package let commandLine: Change<String?>?

    /// Whether nothing differs.
    package var isEmpty: Bool { kernels.isEmpty && loaders.isEmpty && commandLine == nil }

    /// What differs.
    init(from: BootSoftware, to: BootSoftware) {
        kernels = ListChanges(from: from.kernels, to: to.kernels, by: \.path)
        loaders = ListChanges(from: from.loaders, to: to.loaders, by: \.path)
        commandLine = Change(from.commandLine, to.commandLine)
    }
}
