internal import ArgumentParser
internal import Deployment
internal import Synchronization

/// `imagefactory images send`
struct ImagesSend: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "send",
        abstract: "Sends images to another pool, or to another host by ssh.",
        discussion: """
            What the target has already is not sent again, and of a later version only what differs. The same command, \
            repeated, goes on with a transfer that was broken off.
            """)

    @Argument(help: "The template.")
    var template: String

    @Option(help: "Send this version alone (default: all that the target lacks).")
    var version: String?

    @Option(help: "The target: zfs:backup/images on the same host, or zfs:USER@HOST:tank/images.")
    var to: ZFSPlace

    @OptionGroup var store: ImageStoreOptions
    @OptionGroup var global: GlobalOptions

    func validate() throws {
        try version.map(VersionArgument.check)
    }

    func run() async throws {
        let meter = TransferMeter()
        let source = store.open()
        var place = to
        place.host = to.host ?? source.place.host
        var replication = ZFSReplication(from: source, to: ZFSStore(place))
        replication.progress = { meter.show($0) }
        let made = try await replication.run(template, version: version)
        guard global.format == .text else { return try Talk.result(json: made) }
        for snapshot in made { Talk.result(snapshot) }
        if made.isEmpty { Talk.say("\(to) has all of \(template) already") }
    }
}

/// Says how far a transfer is: at its beginning and end, and every ten seconds.
private final class TransferMeter: Sendable {
    private static let pause: Duration = .seconds(10)
    private let lastShown = Mutex<ContinuousClock.Instant?>(nil)

    func show(_ progress: TransferProgress) {
        let isDue = lastShown.withLock { last in
            guard progress.done == 0 || progress.isDone || ContinuousClock.now - (last ?? .now) >= Self.pause else {
                return false
            }
            last = .now
            return true
        }
        if isDue { Talk.say(progress.line) }
    }
}
