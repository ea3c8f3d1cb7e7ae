internal import ArgumentParser

/// `imagefactory template`: the templates of this folder.
struct TemplateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "template", abstract: "Lists and checks templates.",
        subcommands: [TemplateList.self, TemplateCheck.self])
}
