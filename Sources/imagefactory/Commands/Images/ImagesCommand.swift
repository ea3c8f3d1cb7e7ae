internal import ArgumentParser

/// `imagefactory images`: the images that `deploy kvm --store` keeps in ZFS.
struct ImagesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "images",
        abstract: "Lists images in ZFS, removes old ones, and sends them to other pools and hosts.",
        subcommands: [ImagesList.self, ImagesKeep.self, ImagesSend.self])
}
