internal import ArgumentParser

/// `imagefactory key`: the keys that releases are signed with.
struct KeyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "key", abstract: "Makes and shows the keys that releases are signed with.",
        subcommands: [KeyCreate.self, KeyShow.self])
}
