internal import HostSystem
internal import SystemPackage

/// A running machine's own files in the runtime folder.
struct MachineFiles {
    /// The socket of its serial console.
    let serial: FilePath
    /// The socket of its agent.
    let agent: FilePath
    /// Its firmware's variables; a daemon would leave them behind in a folder of its own.
    let variables: FilePath

    init(of name: String, in runtime: RuntimeFolder) {
        serial = runtime.socket("\(name).c")
        agent = runtime.socket("\(name).a")
        variables = runtime.path.appending("\(name).fd")
    }

    func remove() {
        for file in [serial, agent, variables] { try? file.remove() }
    }
}
